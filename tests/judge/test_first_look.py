"""Long suites: what a change can reach runs first, and the verdict is what it would have been."""

from collections.abc import Awaitable, Callable

import pytest

from journeyman.domain.verification import Verdict
from journeyman.testing.conformance.judge import Bench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
Lay = Callable[..., Awaitable[Bench]]

FILES = {
    "src/near.py": "def twice(n):\n    return 2 * n\n",
    "src/far.py": "def same(n):\n    return n\n",
    "tests/test_far.py": "import pytest\nfrom far import same\n\n\n@pytest.mark.parametrize('n', range(450))\ndef test_same(n):\n    assert same(n) == n\n",
    "tests/test_near.py": "from near import twice\n\nseen = []\n\n\ndef test_twice():\n    assert twice(2) == 4\n",
}
LEANS = {
    "tests/test_far.py": FILES["tests/test_far.py"] + "    import builtins\n    builtins.told = True\n",
    "tests/test_near.py": FILES["tests/test_near.py"]
    + "\n\ndef test_leans():\n    import builtins\n    assert getattr(builtins, 'told', False)\n",
}
HONEST = {"src/near.py": "def twice(n):\n    return n + n\n"}
WRONG = {"src/near.py": "def twice(n):\n    return n\n"}


async def names(bench: Bench, changes: dict[str, str]) -> tuple[Verdict, list[str], list[str]]:
    verification = await bench.verify(changes)
    return verification.verdict, [c.name for c in verification.checks], [f.node_id for f in verification.findings]


async def test_a_break_within_reach_saves_the_rest(lay: Lay) -> None:
    bench = await lay(FILES)
    assert await names(bench, WRONG) == (Verdict.REJECTED, ["affected-tests"], ["tests/test_near.py::test_twice"])
    assert await names(bench, HONEST) == (Verdict.ACCEPTED, ["tests"], [])


async def test_a_test_that_leans_on_others_refuses_nobody(lay: Lay) -> None:
    bench = await lay({**FILES, **LEANS})
    assert bench.baseline.unstable == ()
    assert await names(bench, HONEST) == (Verdict.ACCEPTED, ["tests"], [])


async def test_most_of_the_suite_within_reach_is_run_at_once(lay: Lay) -> None:
    bench = await lay(FILES)
    verdict, checks, found = await names(bench, {"src/far.py": "def same(n):\n    return n % 449\n"})
    assert (verdict, checks, found) == (Verdict.REJECTED, ["tests"], ["tests/test_far.py::test_same[449]"])
