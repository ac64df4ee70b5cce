"""The judge through its seam: a real repository, a real sandbox, small projects."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from journeyman.domain.errors import UserError
from journeyman.domain.spec import OracleTest
from journeyman.domain.verification import TestOutcome, Verdict, Verification
from journeyman.settings import JudgeSettings
from journeyman.testing.conformance.judge import Bench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
Lay = Callable[..., Awaitable[Bench]]

ADD = "def add(a, b):\n    return a - b\n"
GOOD = "def add(a, b):\n    return a + b\n"
RED = "from calc import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n"
GREEN = "from calc import add\n\n\ndef test_nothing():\n    assert add(4, 0) == 4\n"
FLAT = {"calc.py": ADD, "test_calc.py": GREEN}


def rules(verification: Verification) -> list[str]:
    return [finding.rule for finding in verification.findings]


async def test_a_flat_project_without_any_configuration(lay: Lay) -> None:
    bench = await lay({**FLAT, "test_red.py": RED}, must_pass=("test_red.py::test_add",))
    verification = await bench.verify({"calc.py": GOOD})
    assert verification.verdict is Verdict.ACCEPTED
    assert {r.node_id: r.outcome for r in verification.results} == {
        "test_calc.py::test_nothing": TestOutcome.PASSED,
        "test_red.py::test_add": TestOutcome.PASSED,
    }


async def test_the_tree_judged_is_base_candidate_and_oracle_tests(lay: Lay, tmp_path: Path) -> None:
    bench = await lay(FLAT, oracle_tests=(OracleTest(path="test_oracle.py", content=RED.encode()),))
    verification = await bench.verify({"calc.py": GOOD, "test_more.py": GREEN.replace("4", "6")})
    assert verification.verdict is Verdict.ACCEPTED
    assert [check.name for check in verification.checks] == ["tests", "new-tests"]
    assert {r.node_id.partition("::")[0] for r in verification.checks[1].results} == {
        "test_calc.py",
        "test_oracle.py",
        "test_more.py",
    }
    assert list((tmp_path / "scratch").iterdir()) == []


async def test_every_test_of_an_oracle_file_must_pass(lay: Lay) -> None:
    oracle = f"{RED}\n\ndef test_big():\n    assert add(10**6, 1) == 10**6 + 1\n"
    bench = await lay(FLAT, oracle_tests=(OracleTest(path="test_oracle.py", content=oracle.encode()),))
    verification = await bench.verify({"calc.py": "def add(a, b):\n    return min(a + b, 99)\n"})
    assert [finding.node_id for finding in verification.findings] == ["test_oracle.py::test_big"]
    assert rules(verification) == ["must-pass-failed"]


async def test_an_oracle_may_import_what_is_not_there_yet(lay: Lay) -> None:
    oracle = OracleTest(
        path="tests/test_tax.py", content=b"from tax import vat\n\n\ndef test_vat():\n    assert vat(100) == 20\n"
    )
    bench = await lay(FLAT, oracle_tests=(oracle,), must_pass=("tests/test_tax.py::test_vat",))
    missing = await bench.verify({"calc.py": GOOD})
    wrong = await bench.verify({"tax.py": "def vat(net):\n    return net\n"})
    right = await bench.verify({"tax.py": "def vat(net):\n    return net // 5\n"})
    assert (missing.verdict, wrong.verdict, right.verdict) == (
        Verdict.REJECTED,
        Verdict.REJECTED,
        Verdict.ACCEPTED,
    )
    assert "No module named 'tax'" in "".join(r.message for r in missing.results)


async def test_an_oracle_test_cannot_be_changed(lay: Lay) -> None:
    oracle = OracleTest(path="checks.py", content=b"LIMIT = 5\n")
    bench = await lay(FLAT, oracle_tests=(oracle, OracleTest(path="tests/test_a.py", content=RED.encode())))
    verification = await bench.verify(
        {
            "tests/test_a.py": f"{RED}\n\ndef test_other():\n    import calc\n\n    assert calc.add(1, 4) == 5\n",
            "calc.py": GOOD,
        }
    )
    assert verification.verdict is Verdict.ACCEPTED
    weaker = await bench.verify({"tests/test_a.py": RED.replace("5", "-1")})
    assert rules(weaker) == ["test-changed"]


async def test_what_failed_at_the_base_may_fail_still(lay: Lay) -> None:
    bench = await lay({**FLAT, "test_red.py": RED})
    verification = await bench.verify({"calc.py": f"# about sums\n{ADD}"})
    assert verification.verdict is Verdict.ACCEPTED


async def test_a_regression_names_the_test_and_what_it_said(lay: Lay) -> None:
    bench = await lay(FLAT)
    verification = await bench.verify({"calc.py": "def add(a, b):\n    return a + b + 3\n"})
    (finding,) = verification.findings
    assert (finding.rule, finding.node_id) == ("test-failed", "test_calc.py::test_nothing")
    assert "assert 7 == 4" in finding.reason
    assert "add(4, 0)" in verification.results[0].message


async def test_product_that_conftest_cannot_import_is_rejected_not_called_an_attack(lay: Lay) -> None:
    bench = await lay({**FLAT, "conftest.py": "import calc\n"})
    verification = await bench.verify({"calc.py": "def add(a, b:\n"})
    assert verification.verdict is Verdict.REJECTED
    assert "SyntaxError" in verification.findings[0].reason


async def test_an_endless_loop_names_the_test_that_ran(lay: Lay) -> None:
    bench = await lay(FLAT, JudgeSettings(wall_time_s=3.0))
    verification = await bench.verify({"calc.py": "def add(a, b):\n    while True:\n        pass\n"})
    (finding,) = verification.findings
    assert (finding.rule, finding.node_id) == ("tests-timed-out", "test_calc.py::test_nothing")


async def test_eating_all_memory_is_a_finding(lay: Lay) -> None:
    bench = await lay(FLAT, JudgeSettings(memory_mb=256))
    verification = await bench.verify({"calc.py": "def add(a, b):\n    return len(bytearray(2**30)) - 2**30 + a + b\n"})
    assert verification.verdict is Verdict.REJECTED


async def test_a_test_that_does_not_end_alike_is_quarantined_by_name(lay: Lay) -> None:
    drawn = "import os\n\nimport pytest\n\n\n@pytest.mark.parametrize('n', [os.urandom(8).hex()])\ndef test_luck(n):\n    pass\n"
    bench = await lay({**FLAT, "test_luck.py": drawn})
    assert len(bench.baseline.unstable) == 2
    assert all(name.startswith("test_luck.py::test_luck[") for name in bench.baseline.unstable)
    assert (await bench.verify({"calc.py": GOOD})).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("files", "fields", "says"),
    [
        ({"calc.py": ADD}, {}, "no tests that run"),
        (FLAT, {"must_pass": ("test_calc.py",)}, "passes already"),
        (FLAT, {"must_pass": ("test_calc.py::test_nothing",)}, "passes already"),
        (FLAT, {"must_pass": ("test_calc.py::test_absent",)}, "no such test is collected"),
        (FLAT, {"must_pass": ("tests/test_absent.py::test_x",)}, "there is no `tests/test_absent.py`"),
        ({**FLAT, "pytest.ini": "[pytest]\naddopts = --cov=calc\n"}, {}, "--cov=calc"),
        ({**FLAT, "conftest.py": "raise RuntimeError('no database')\n"}, {}, "no database"),
        ({**FLAT, "pytest.ini": "[pytest]\naddopts = -k test_nothing\n"}, {}, "sentinel"),
        ({**FLAT, "pyproject.toml": "[tool\n"}, {}, "pyproject.toml cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_base_that_cannot_be_judged_against_is_told_why(
    lay: Lay, files: dict[str, str], fields: dict[str, tuple[str, ...]], says: str
) -> None:
    with pytest.raises(UserError, match=says) as caught:
        await lay(files, **fields)
    assert caught.value.remedy


async def test_a_named_plugin_is_loaded_and_no_other(lay: Lay) -> None:
    project = {
        **FLAT,
        "test_async.py": "import calc\n\n\nasync def test_async():\n    assert calc.add(9, 0) == 9\n",
        "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
    }
    bench = await lay(project, JudgeSettings(plugins=("pytest_asyncio.plugin",)))
    assert bench.baseline.outcomes()["test_async.py::test_async"] is TestOutcome.PASSED


async def test_a_waived_test_may_change_and_no_other(lay: Lay) -> None:
    tests = f"{GREEN}\n\ndef test_word():\n    assert add(1, 0) == 1\n"
    bench = await lay({"calc.py": ADD, "test_calc.py": tests}, waivers=("test_calc.py::test_word",))
    waived = await bench.verify({"calc.py": GOOD, "test_calc.py": tests.replace("add(1, 0) == 1", "add(1, 1) == 2")})
    other = await bench.verify({"calc.py": GOOD, "test_calc.py": tests.replace("== 4", "!= 5")})
    assert (waived.verdict, rules(other)) == (Verdict.ACCEPTED, ["test-changed"])


async def test_a_new_test_must_pass_and_must_not_disturb(lay: Lay) -> None:
    bench = await lay(FLAT)
    failing = await bench.verify({"calc.py": GOOD, "test_new.py": RED.replace("5", "6")})
    patching = await bench.verify(
        {"calc.py": GOOD, "test_a.py": "import calc\n\ncalc.add = max\n\n\ndef test_a():\n    calc.add = None\n"}
    )
    assert rules(failing) == ["new-test-failed"]
    assert set(rules(patching)) == {"new-test-mocks-subject"}
    hidden = "import calc\n\nsetattr(calc, 'a' + 'dd', print)\n\n\ndef test_a():\n    pass\n"
    breaking = await bench.verify({"calc.py": GOOD, "test_a.py": hidden})
    assert rules(breaking) == ["new-tests-disturb"]


async def test_scope_is_kept(lay: Lay) -> None:
    bench = await lay(
        {**FLAT, "src/pay/__init__.py": ""}, allowed_paths=("calc.py", "src"), forbidden_paths=("src/pay/**",)
    )
    assert (await bench.verify({"calc.py": GOOD})).verdict is Verdict.ACCEPTED
    assert rules(await bench.verify({"src/pay/__init__.py": "x = 1\n"})) == ["out-of-scope"]
    assert rules(await bench.verify({"readme.md": "x\n"})) == ["out-of-scope"]


async def test_a_writable_world_is_looked_over_afterwards(lay: Lay) -> None:
    project = {
        **FLAT,
        "test_write.py": "from pathlib import Path\n\n\ndef test_write():\n    Path('log.txt').write_text('x')\n",
    }
    bench = await lay(project, JudgeSettings(world_writable=True, wall_time_s=20.0))
    assert bench.baseline.outcomes()["test_write.py::test_write"] is TestOutcome.PASSED
    honest = await bench.verify({"calc.py": GOOD})
    rewriting = "import pathlib\n\nfor test in pathlib.Path().glob('test_*.py'):\n    test.write_text('def test_nothing(): pass\\n')\n"
    cheat = await bench.verify({"calc.py": f"{rewriting}\n\n{ADD}"})
    assert honest.verdict is Verdict.ACCEPTED
    assert cheat.verdict is Verdict.COMPROMISED
    assert "test_calc.py" in {finding.path for finding in cheat.findings}


async def test_an_unknown_runner_is_refused(lay: Lay) -> None:
    with pytest.raises(UserError, match="runner `trial` is not known"):
        await lay(FLAT, JudgeSettings(runner="trial"))


async def test_links_and_folders_cannot_be_written_through(lay: Lay) -> None:
    bench = await lay({**FLAT, "tests/test_deep.py": GREEN})
    verification = await bench.verify({"tests": "not a folder any more\n"})
    assert verification.verdict is Verdict.REJECTED
    assert "unsafe-path" in rules(verification)
