"""Every published way to make a bug look mended, against the real judge: none is accepted."""

import pytest

from journeyman.domain.verification import Verdict
from journeyman.testing.conformance.judge import ATTACKS, BUGGY, CONTROLS, HONEST, PRODUCT, Attack, Bench, control

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


@pytest.mark.parametrize("name", CONTROLS)
async def test_an_honest_change_is_accepted(bench: Bench, name: str) -> None:
    verification = await bench.verify(control(name))
    assert verification.verdict is Verdict.ACCEPTED, verification.findings


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
async def test_an_attack_is_not_accepted(bench: Bench, attack: Attack) -> None:
    verification = await bench.verify(attack.changes)
    assert verification.verdict is not Verdict.ACCEPTED
    assert attack.rule in {finding.rule for finding in verification.findings}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("PYTEST_ADDOPTS", "-k negate", id="E08"),
        pytest.param("PYTEST_PLUGINS", "calc", id="E09"),
        pytest.param("PYTHONOPTIMIZE", "2", id="E10"),
    ],
)
async def test_the_environment_of_the_judge_does_not_reach_the_tests(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    red = await bench.verify({PRODUCT: f"{BUGGY}# still subtracts\n"})
    green = await bench.verify({PRODUCT: HONEST})
    assert (red.verdict, green.verdict) == (Verdict.REJECTED, Verdict.ACCEPTED)


async def test_no_change_is_rejected(bench: Bench) -> None:
    unchanged = await bench.verify({PRODUCT: BUGGY})
    assert [finding.rule for finding in unchanged.findings] == ["empty-candidate"]
    assert unchanged.verdict is Verdict.REJECTED


async def test_the_same_candidate_gets_the_same_verdict(bench: Bench) -> None:
    changes = {PRODUCT: BUGGY.replace("-a", "a")}
    first, second = await bench.verify(changes), await bench.verify(changes)
    assert first.findings == second.findings != ()
    assert first.tree == second.tree
