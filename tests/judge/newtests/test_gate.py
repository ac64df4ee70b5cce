"""The gate against a real sandbox: new tests that count, and those that do not."""

from collections.abc import Awaitable, Callable

import pytest

from journeyman.domain.errors import UserError
from journeyman.domain.verification import Verdict
from journeyman.settings import JudgeSettings
from journeyman.testing.conformance.judge import Bench

pytestmark = pytest.mark.slow

Lay = Callable[..., Awaitable[Bench]]
CALC = "def add(a, b):\n    return a - b\n\n\ndef sub(a, b):\n    return a - b\n"
MENDED = CALC.replace("a - b", "a + b", 1)
FILES = {
    "calc.py": CALC,
    "tests/test_calc.py": "from calc import sub\n\n\ndef test_sub():\n    assert sub(3, 1) == 2\n",
}
NEW = "import calc\n\n\ndef test_new():\n    assert calc.add(2, 3) == 5\n"


async def test_a_test_that_fails_without_the_change_counts(lay: Lay) -> None:
    bench = await lay(FILES)
    verification = await bench.verify({"calc.py": MENDED, "tests/test_new.py": NEW})
    assert (verification.verdict, verification.findings) == (Verdict.ACCEPTED, ())


async def test_what_does_not_count_is_named_and_surviving_mutants_too(lay: Lay) -> None:
    bench = await lay(FILES, JudgeSettings(wall_time_s=20.0, mutants_noticed=0.0))
    more = f"{MENDED}\n\ndef twice(a):\n    return a * 2\n"
    idle = f"{NEW}\n\ndef test_idle():\n    assert calc.sub(5, 1) == 4\n"
    verification = await bench.verify({"calc.py": more, "tests/test_new.py": idle})
    assert verification.verdict is Verdict.ACCEPTED
    said = {finding.rule: finding for finding in verification.findings}
    assert said["new-test-uncounted"].node_id == "tests/test_new.py::test_idle"
    assert "`twice`" in said["mutants-survive"].reason


WIDE = (
    f"{MENDED}\n\ndef clip(a, low, high):\n    if a < low:\n        return low\n    if a > high:\n        return high\n"
)
WIDE += "    return a\n"
CLIP = "\n\ndef test_clip():\n    assert calc.clip(5, 1, 3) == 3\n    assert calc.clip(0, 1, 3) == 1\n"
CLIP += "    assert calc.clip(2, 1, 3) == 2\n"


async def test_too_few_breaks_noticed_is_refused_with_what_was_not_noticed(lay: Lay) -> None:
    bench = await lay(FILES)
    thin = await bench.verify({"calc.py": WIDE, "tests/test_new.py": NEW})
    assert thin.verdict is Verdict.REJECTED
    assert [finding.rule for finding in thin.findings] == ["too-few-mutants-noticed"]
    assert "60%" in thin.findings[0].reason
    assert "`clip`, line 10" in thin.findings[0].reason
    assert (await bench.verify({"calc.py": WIDE, "tests/test_new.py": NEW + CLIP})).verdict is Verdict.ACCEPTED


async def test_what_old_tests_notice_need_not_be_tested_twice(lay: Lay) -> None:
    old = "import calc\n\n\ndef test_clip_somehow():\n    clip = getattr(calc, 'clip', min)\n"
    old += "    assert (clip(5, 1, 3), clip(2, 1, 3), clip(0, 1, 3)) in [(3, 2, 1), (1, 1, 0)]\n"
    bench = await lay({**FILES, "tests/test_old.py": old})
    verification = await bench.verify({"calc.py": WIDE, "tests/test_new.py": NEW})
    assert verification.verdict is Verdict.ACCEPTED, verification.findings


async def test_a_hunt_that_runs_out_of_time_refuses_nobody(lay: Lay) -> None:
    bench = await lay(FILES, JudgeSettings(wall_time_s=20.0, mutation_time_s=0.0))
    assert (await bench.verify({"calc.py": WIDE, "tests/test_new.py": NEW})).verdict is Verdict.ACCEPTED


async def test_a_share_is_a_share(lay: Lay) -> None:
    bench = await lay(FILES, JudgeSettings(wall_time_s=20.0, mutants_noticed=60.0))
    with pytest.raises(UserError, match="is no share"):
        await bench.verify({"calc.py": MENDED, "tests/test_new.py": NEW})


PINNED = NEW.replace("== 5", "== -1")


@pytest.mark.parametrize(
    "product",
    [
        CALC.replace("    return a - b\n", '    """Add."""\n    return a - b\n', 1),
        f'"""Sums."""\n\n{CALC}',
        CALC.replace("    return", "    # sums\n    return", 1),
        f"{CALC}\n\nLIMIT = 3\n",
    ],
)
async def test_pinning_the_bug_beside_a_change_of_nothing_goes_to_a_person(lay: Lay, product: str) -> None:
    bench = await lay(FILES)
    verification = await bench.verify({"calc.py": product, "tests/test_new.py": PINNED})
    assert verification.verdict is Verdict.ESCALATED
    (finding,) = verification.findings
    assert (finding.rule, finding.node_id) == ("new-test-pins-today", "tests/test_new.py::test_new")
    assert "right or wrong" in finding.reason


async def test_tests_alone_are_told_to_be_what_the_code_does_today(lay: Lay) -> None:
    bench = await lay(FILES)
    verification = await bench.verify({"tests/test_new.py": PINNED})
    assert verification.verdict is Verdict.ACCEPTED
    assert [finding.rule for finding in verification.findings] == ["new-test-pins-today"]


async def test_tests_of_something_else_prove_nothing(lay: Lay) -> None:
    bench = await lay(FILES)
    idle = NEW.replace("calc.add(2, 3) == 5", "calc.sub(2, 3) == -1")
    verification = await bench.verify({"calc.py": MENDED, "tests/test_new.py": idle})
    assert verification.verdict is Verdict.REJECTED
    assert [finding.rule for finding in verification.findings] == ["new-test-proves-nothing"]


async def test_pinning_the_bug_is_no_test(lay: Lay) -> None:
    bench = await lay(FILES)
    pinned = NEW.replace("== 5", "== -1")
    harmless = f"{CALC}\n\ndef twice(a):\n    return a * 2\n"
    verification = await bench.verify({"calc.py": harmless, "tests/test_new.py": pinned})
    assert [finding.rule for finding in verification.findings] == ["new-test-proves-nothing"]


async def test_a_test_that_others_disturb_in_another_order(lay: Lay) -> None:
    bench = await lay(FILES)
    order = "import calc\n\n\ndef test_a():\n    calc.seen = 1\n    assert calc.add(2, 3) == 5\n\n\n"
    order += "def test_b():\n    assert calc.seen\n    assert calc.add(0, 1) == 1\n"
    verification = await bench.verify({"calc.py": MENDED, "tests/test_new.py": order})
    assert {finding.rule for finding in verification.findings} == {"new-test-flaky"}


async def test_weighing_can_be_left_out(lay: Lay) -> None:
    bench = await lay(FILES, JudgeSettings(wall_time_s=20.0, new_test_runs=0))
    idle = NEW.replace("calc.add(2, 3) == 5", "calc.sub(2, 3) == -1")
    assert (await bench.verify({"calc.py": MENDED, "tests/test_new.py": idle})).verdict is Verdict.ACCEPTED
