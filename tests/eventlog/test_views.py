"""Views: the state of a run follows from its records alone, at every point of it."""

from datetime import UTC, datetime, timedelta

import pytest

from journeyman.domain.event import (
    BaselineMeasured,
    CandidateProposed,
    CandidateVerified,
    ChangeDelivered,
    ChangeProposed,
    CodeFound,
    CommandRan,
    ContextGathered,
    DeliveryIntended,
    Event,
    ModelCalled,
    MoveChosen,
    Record,
    RunEnded,
    RunStarted,
    SnippetUsed,
    SpecIngested,
)
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.usage import Usage
from journeyman.eventlog.describe import describe, one_line
from journeyman.eventlog.views import RUNNING, fold
from journeyman.testing.events import MemoryLog

RUN = "20261122-153012-abcdefg"
BASE = "1234567890abcdef1234567890abcdef12345678"
TREE = "fedcba0987654321fedcba0987654321fedcba09"
FINDING = Finding(rule="test-failed", severity=Severity.REJECT, reason="t::a fails", node_id="t::a")
SNIPPET = SnippetUsed(path="src/a.py", start_line=1, end_line=9, blob="b" * 40, score=2.5, retriever="lexical")


def called(model: str, cost_usd: float | None) -> ModelCalled:
    return ModelCalled(
        prompt_name="generate",
        prompt_digest="a" * 64,
        prompt_body="b" * 64,
        completion_body="c" * 64,
        requested_model="tiny",
        served_model=model,
        response_id="1",
        finish_reason="stop",
        temperature=0.0,
        seed=1,
        usage=Usage(requests=1, input_tokens=1000, output_tokens=50, cost_usd=cost_usd),
        duration_s=2.0,
    )


def proposed(candidate: str, *, parent: str = "", problems: tuple[str, ...] = ()) -> CandidateProposed:
    return CandidateProposed(
        candidate=candidate,
        parent=parent,
        digest="d" * 64,
        paths=() if problems else ("src/a.py", "src/b.py"),
        problems=problems,
        diff_body="",
    )


def verified(candidate: str, *, verdict: str, findings: tuple[Finding, ...] = ()) -> CandidateVerified:
    return CandidateVerified(
        candidate=candidate,
        tree=TREE,
        verdict=verdict,
        tests=42,
        passed=41 if findings else 42,
        newly_passing=("t::b",),
        findings=findings,
        duration_s=1.0,
    )


STORY: tuple[tuple[Event, str], ...] = (
    (
        RunStarted(
            spec_locator="file:spec.md",
            base=BASE,
            base_ref="main",
            model="local:tiny",
            strategy="direct",
            candidates=1,
            budget="{}",
            version="0.1.0",
        ),
        "run started on main (1234567890ab) with local:tiny, 1 lineage",
    ),
    (
        SpecIngested(
            title="Mend the thing",
            spec_digest="a" * 64,
            source_digest="b" * 64,
            author="",
            trust="local",
            criteria=("c1: it works",),
            body="c" * 64,
        ),
        "spec: Mend the thing (1 criterion, local trust)",
    ),
    (
        BaselineMeasured(tests=42, passed=40, failed=("t::b",), unstable=("t::c",), duration_s=1.0),
        "baseline: 40 of 42 tests pass, 1 unstable",
    ),
    (
        ContextGathered(query="mend", snippets=(SNIPPET, SNIPPET), token_count=1234, omitted=3),
        "context: 2 snippets of 1 file, about 1,234 tokens, 3 left out",
    ),
    (
        MoveChosen(lineage=0, move="generate", reason="a fresh start"),
        "lineage 0: generate: a fresh start",
    ),
    (
        called("tiny-b", 0.5),
        "model: tiny-b answered `generate` in 2.0 s, 1,000 + 50 tokens, $0.5000",
    ),
    (
        proposed("0.1", problems=("no code block", "second")),
        "candidate 0.1: no patch, no code block and 1 more",
    ),
    (
        called("tiny-a", None),
        "model: tiny-a answered `generate` in 2.0 s, 1,000 + 50 tokens, unknown cost",
    ),
    (proposed("0.2", parent="0.1"), "candidate 0.2, repairing 0.1: changes src/a.py, src/b.py"),
    (
        CommandRan(
            argv=("pytest", "-q"),
            ending="timed_out",
            exit_status=137,
            duration_s=9.0,
            output_body="a" * 64,
            sandbox="bubblewrap",
        ),
        "sandbox: timed out after 9.0 s: pytest -q",
    ),
    (
        verified("0.2", verdict="rejected", findings=(FINDING,)),
        "judge: candidate 0.2 rejected, 41 of 42 tests pass, 1 newly: test-failed, t::a fails",
    ),
    (proposed("0.3", parent="0.2"), "candidate 0.3, repairing 0.2: changes src/a.py, src/b.py"),
    (
        verified("0.3", verdict="accepted"),
        "judge: candidate 0.3 accepted, 42 of 42 tests pass, 1 newly",
    ),
    (
        ChangeProposed(
            candidate="0.3",
            base=BASE,
            target="main",
            tree=TREE,
            branch="journeyman/x",
            title="Mend the thing",
            body="e" * 64,
            message="f" * 64,
        ),
        "change: Mend the thing (candidate 0.3, branch journeyman/x)",
    ),
    (
        DeliveryIntended(branch="journeyman/x", tree=TREE, base=BASE),
        "delivering tree fedcba098765 to journeyman/x",
    ),
    (
        ChangeDelivered(branch="journeyman/x", commit=BASE, pull_request="/tmp/pr.md", already_there=False),
        "delivered: journeyman/x at 1234567890ab, /tmp/pr.md",
    ),
    (
        RunEnded(
            outcome="delivered",
            cause="",
            reason="on branch journeyman/x",
            attempts=3,
            usage=Usage(requests=2, input_tokens=2000, output_tokens=100, cost_usd=None),
            duration_s=12.5,
        ),
        "run delivered: on branch journeyman/x (3 attempts, 12.5 s, 2,000 + 100 tokens, unknown cost)",
    ),
)


@pytest.fixture
async def records() -> tuple[Record, ...]:
    times = iter(datetime(2026, 11, 22, 15, 30, tzinfo=UTC) + timedelta(seconds=number) for number in range(100))
    log = MemoryLog(clock=lambda: next(times))
    for number, (event, _) in enumerate(STORY):
        await log.run(RUN).append(event, key=str(number))
    return await log.records(RUN)


def test_a_whole_run(records: tuple[Record, ...]) -> None:
    view = fold(records)
    assert (view.run, view.state, view.reason) == (RUN, "delivered", "on branch journeyman/x")
    assert (view.title, view.base, view.base_ref) == ("Mend the thing", BASE, "main")
    assert (view.model, view.served_models) == ("local:tiny", ("tiny-a", "tiny-b"))
    assert (view.attempts, view.elapsed_s) == (3, 12.5)
    assert view.usage.cost_usd is None
    assert (view.chosen, view.branch, view.commit, view.tree) == ("0.3", "journeyman/x", BASE, TREE)
    assert view.findings == (FINDING,)
    assert view.snippets == (SNIPPET, SNIPPET)
    assert [(one.id, one.parent, one.verdict) for one in view.candidates] == [
        ("0.1", "", ""),
        ("0.2", "0.1", "rejected"),
        ("0.3", "0.2", "accepted"),
    ]
    assert view.last == records[-1]


def test_a_run_in_the_middle(records: tuple[Record, ...]) -> None:
    view = fold(records[:9])
    assert (view.state, view.attempts, view.elapsed_s) == (RUNNING, 2, 8.0)
    assert view.usage == Usage(requests=2, input_tokens=2000, output_tokens=100, cost_usd=None)
    assert (view.started_at, view.updated_at) == (records[0].at, records[8].at)
    judged = view.candidate("0.2")
    assert judged is not None
    assert judged.verdict == ""
    assert view.candidate("9.9") is None


def test_no_record_at_all() -> None:
    view = fold(())
    assert (view.state, view.run, view.findings) == (RUNNING, "", ())


def test_every_record_is_one_line(records: tuple[Record, ...]) -> None:
    assert [describe(record) for record in records] == [line for _, line in STORY]


async def test_a_look_into_the_code_is_one_line_too() -> None:
    sink = MemoryLog().run(RUN)
    found = CodeFound(lookup="search", query="mend\nit", tree=TREE, snippets=(SNIPPET,))
    nothing = CodeFound(lookup="symbols", query="Cart.total", tree=TREE, snippets=())
    assert describe(await sink.append(found, key="a/0")) == "code: search `mend`: src/a.py:1-9"
    assert describe(await sink.append(nothing, key="a/1")) == "code: symbols `Cart.total`: nothing found"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain “é” 日本 🙂", "plain “é” 日本 🙂"),
        ("two\nlines\r\tand a tab", "two\\nlines\\r\\tand a tab"),
        ("\x1b[31mred\x1b[0m \x9b1m", "\\x1b[31mred\\x1b[0m \\x9b1m"),
        ("\u202eback\u200bwards\ufeff", "\\u202eback\\u200bwards\\ufeff"),
        ("odd \udcff byte", "odd \\udcff byte"),
        ("x" * 300, "x" * 199 + "…"),
        ("\x00" * 300, "\\x00" * 49 + "\\x0…"),
    ],
)
def test_untrusted_text_is_shown_and_never_obeyed(text: str, shown: str) -> None:
    assert one_line(text) == shown
