"""What a person reads while a run goes on."""

from dataclasses import replace

from inline_snapshot import snapshot

from journeyman.cli.output import json_line, plain
from journeyman.cli.progress import Tally, lines_of
from journeyman.domain.agent_events import ToolCalled
from journeyman.domain.event import CandidateProposed, CandidateVerified, CommandRan, Event, MoveChosen, Record
from journeyman.domain.finding import Finding, Severity


def record(event: Event) -> Record:
    return Record(
        run="r", sequence=0, key="run/0", at="2026-01-01T00:00:00.000000Z", event=event, previous="0" * 64, digest="d"
    )


VERIFIED = CandidateVerified(
    candidate="0.1",
    tree="t",
    verdict="rejected",
    tests=3,
    passed=2,
    newly_passing=(),
    findings=(Finding(rule="test-failed", severity=Severity.REJECT, reason="It \x1b[31mfails."),),
    duration_s=1.0,
)


def test_commands_and_conclusions_stay_in_the_log() -> None:
    ran = CommandRan(argv=("x",), ending="exited", exit_status=0, duration_s=1.0, output_body="", sandbox="b")
    assert lines_of(record(ran)) == []
    assert lines_of(record(MoveChosen(lineage=0, move="accept", reason="r"))) == []
    assert lines_of(record(MoveChosen(lineage=0, move="repair", reason="2 findings to mend"))) == snapshot(
        ["lineage 0: repair: 2 findings to mend"]
    )


def test_untrusted_text_cannot_drive_the_terminal() -> None:
    (line,) = lines_of(record(VERIFIED))
    assert "\x1b" not in line
    assert "rejected, 2 of 3 tests pass" in line


def test_the_tally_counts_answers_and_refusals() -> None:
    tally = Tally()
    tally.add(CandidateProposed(candidate="0.1", parent="", digest="d", paths=(), problems=("no block",), diff_body=""))
    tally.add(CandidateProposed(candidate="0.2", parent="", digest="e", paths=("a",), problems=(), diff_body=""))
    tally.add(VERIFIED)
    assert "2 answers" in tally.text()
    assert "2 refused" in tally.text()


def test_a_line_of_json_names_the_kind_and_holds_every_field() -> None:
    import json

    line = json.loads(json_line(record(VERIFIED)))
    assert line["event"]["kind"] == "candidate-verified"
    assert line["event"]["findings"][0]["severity"] == "reject"
    assert set(line) == {"run", "sequence", "key", "at", "event", "previous", "digest"}
    assert plain((Severity.NOTE, {"a": (1,)})) == ["note", {"a": [1]}]


def test_a_tool_call_names_its_lineage_and_attempt_and_is_counted() -> None:
    event = ToolCalled(
        tool="run",
        about="pytest -q",
        failed=False,
        said="exit status 0",
        arguments_body="a",
        result_body="r",
        duration_s=1.5,
    )
    assert lines_of(replace(record(event), key="run/lineage-2/attempt-1/7")) == snapshot(
        ["2.1 tool: run pytest -q (1.5 s): exit status 0"]
    )
    tally = Tally()
    tally.add(event)
    assert "1 tool calls" in tally.text()
    assert "0 tokens, $0.0000" in tally.text()
