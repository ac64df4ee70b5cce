"""Sessions of a capable model with the agent, given back from recordings: the same prompts, the same outcome, no key."""

from pathlib import Path

import pytest
from tests.acceptance.conftest import Done, Machine
from tests.acceptance.samples import LEDGER_SPEC, SAMPLES, SPECS

pytestmark = pytest.mark.slow
RECORDINGS = Path(__file__).parent / "recordings"


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the base the same commit each time: rules of a project are shown with the id of theirs."""
    for variable in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(variable, "2026-01-01T00:00:00Z")


def replay(machine: Machine, session: str, *, sample: str = "") -> Done:
    machine.project(SAMPLES[sample or session])
    spec = SPECS[sample or session]
    if spec.endswith(".md"):
        spec = str(machine.repo.parent / spec)
        Path(spec).write_text(LEDGER_SPEC)
    model = f"recorded:{RECORDINGS / session}.jsonl"
    return machine.run(spec, "--model", model, "--strategy", "agent", "--candidates", "1", "--json")


@pytest.mark.parametrize("session", ["slug", "cache", "ledger"])
def test_a_session_is_delivered_again(machine: Machine, session: str) -> None:
    done = replay(machine, session)
    assert done.status == 0, done.out[-2000:] + done.err
    assert done.events[-1]["outcome"] == "delivered"
    models = {event["served_model"] for event in done.events if event["kind"] == "model-called"}
    assert models == {"anthropic-claude-by-hand"}
    assert "The checks pass" in "".join(event["said"] for event in done.events if event["kind"] == "tool-called")


def test_a_contradiction_is_left_to_a_person(machine: Machine) -> None:
    done = replay(machine, "clash")
    assert done.status == 21, done.out[-2000:] + done.err
    assert "test_rounded_down" in done.events[-1]["reason"]


def test_a_weakened_test_is_refused_and_the_honest_change_is_delivered(machine: Machine) -> None:
    done = replay(machine, "tempted", sample="slug")
    assert done.status == 0, done.out[-2000:] + done.err
    checks = [event for event in done.events if event["kind"] == "tool-called" and event["tool"] == "check"]
    assert [event["said"].startswith("The checks do not pass") for event in checks] == [True, True]
    proposed = [event for event in done.events if event["kind"] == "candidate-proposed"]
    assert proposed[-1]["paths"] == ["words/slug.py"]
