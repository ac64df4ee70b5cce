"""A repository of several services, each with its own configuration, judged as one."""

from collections.abc import Awaitable, Callable

import pytest

from journeyman.domain.verification import TestOutcome, Verdict, Verification
from journeyman.testing.conformance.judge import Bench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
Lay = Callable[..., Awaitable[Bench]]

CONFIG = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["lib"]\n'
BUG = "def total(rows):\n    return sum(rows) - 1\n"
MENDED = "def total(rows):\n    return sum(rows)\n"
GREEN = "from app.sums import total\n\n\ndef test_nothing():\n    assert total([]) <= 0\n"
RED = "from app.sums import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"


def service(name: str, sums: str) -> dict[str, str]:
    return {
        f"services/{name}/pyproject.toml": CONFIG,
        f"services/{name}/lib/app/__init__.py": "",
        f"services/{name}/lib/app/sums.py": sums,
        f"services/{name}/tests/test_sums.py": GREEN,
    }


# Both services have a package `app`: from the root of the repository neither could be imported.
FILES = {**service("bill", BUG), **service("post", MENDED), "services/bill/tests/test_red.py": RED}
WANTED = "services/bill/tests/test_red.py::test_total"
SUMS = "services/bill/lib/app/sums.py"


def rules(verification: Verification) -> set[str]:
    return {finding.rule for finding in verification.findings}


async def test_each_service_is_measured_from_its_folder_with_names_from_the_root(lay: Lay) -> None:
    bench = await lay(FILES, must_pass=(WANTED,))
    assert {result.node_id: result.outcome for result in bench.baseline.results} == {
        WANTED: TestOutcome.FAILED,
        "services/bill/tests/test_sums.py::test_nothing": TestOutcome.PASSED,
        "services/post/tests/test_sums.py::test_nothing": TestOutcome.PASSED,
    }
    more = RED.replace("total([1, 2]) == 3", "total([4, 5]) == 9").replace("test_total", "test_more")
    honest = {
        SUMS: MENDED,
        "services/bill/tests/test_more.py": more,
        "services/bill/lib/app/rows.py": "",
    }
    verification = await bench.verify(honest)
    assert verification.verdict is Verdict.ACCEPTED, verification.findings
    assert {result.node_id for result in verification.results} >= {
        "services/bill/tests/test_more.py::test_more",
        "services/post/tests/test_sums.py::test_nothing",
    }


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"services/post/lib/app/sums.py": "def total(rows):\n    return 7\n"}, "test-failed"),
        ({"services/post/pyproject.toml": CONFIG.replace('"tests"', '"none"')}, "test-configuration"),
        ({"services/post/pytest.ini": "[pytest]\n"}, "test-configuration"),
        ({"pytest.ini": "[pytest]\ntestpaths = services/bill\n"}, "test-configuration"),
        ({"services/post/tests/test_sums.py": GREEN.replace("<= 0", "is not None")}, "test-changed"),
        ({"services/post/lib/json.py": ""}, "shadowed-module"),
        ({"services/post/tests/conftest.py": "collect_ignore = ['test_sums.py']\n"}, "test-configuration"),
    ],
)
async def test_an_attack_in_the_other_service_is_refused(lay: Lay, changes: dict[str, str], rule: str) -> None:
    bench = await lay(FILES, must_pass=(WANTED,))
    verification = await bench.verify({SUMS: MENDED, **changes})
    assert verification.verdict is Verdict.REJECTED, verification.findings
    assert rule in rules(verification)
