"""The recorder: the wrapped port answers as before, and the log says what happened."""

import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.automatic import ChosenSandbox
from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.choice import BehaviourSeen
from journeyman.domain.command import Command, CommandResult, Ending
from journeyman.domain.context import Query, Share, Snippet
from journeyman.domain.errors import AdapterError
from journeyman.domain.event import (
    BaselineMeasured,
    CandidateVerified,
    CodeFound,
    CommandRan,
    ModelCalled,
    SnippetUsed,
)
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.prompt import Completion, FinishReason, Prompt, Role, Turn
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.usage import Usage
from journeyman.domain.verification import Baseline, CheckResult, Ground, TestOutcome, TestResult, Verification
from journeyman.eventlog.record import RecordedIndex, RecordedJudge, RecordedModel, RecordedSandbox
from journeyman.ports.events import Step
from journeyman.ports.sandbox import Listener, Sandbox, can_layer, one_world
from journeyman.testing.events import MemoryLog

RUN = "20261122-153012-abcdefg"
PROMPT = Prompt(
    name="generate",
    system="You write code.",
    turns=(Turn(role=Role.USER, text="Mend it."), Turn(role=Role.MODEL, text="How?"), Turn(role=Role.USER, text="So.")),
    temperature=0.5,
    seed=7,
)
COMPLETION = Completion(
    text="Done, naïvely.",
    requested_model="tiny",
    served_model="tiny-2026",
    response_id="r-1",
    finish_reason=FinishReason.LENGTH,
    usage=Usage(requests=1, input_tokens=10, output_tokens=4, cost_usd=None),
    duration_s=0.5,
)


class OneModel:
    """Answers every prompt alike, or not at all."""

    name = "tiny:model"

    def __init__(self, answer: Completion | AdapterError) -> None:
        self._answer = answer

    async def complete(self, prompt: Prompt) -> Completion:
        if isinstance(self._answer, AdapterError):
            raise self._answer
        return self._answer


async def test_a_model_call_is_recorded_with_what_was_said() -> None:
    log = MemoryLog()
    model = RecordedModel(OneModel(COMPLETION), Step(log.run(RUN), "lineage-0"))
    assert model.name == "tiny:model"
    assert await model.complete(PROMPT) == COMPLETION
    (record,) = await log.records(RUN)
    event = record.event
    assert isinstance(event, ModelCalled)
    assert record.key == "lineage-0/0"
    assert (event.prompt_name, event.prompt_digest) == ("generate", PROMPT.digest)
    assert (event.requested_model, event.served_model, event.finish_reason) == ("tiny", "tiny-2026", "length")
    assert (event.temperature, event.seed, event.usage) == (0.5, 7, COMPLETION.usage)
    assert await log.body(event.completion_body) == "Done, naïvely.".encode()
    said = (await log.body(event.prompt_body) or b"").decode()
    assert said == (
        "--- system ---\nYou write code.\n\n--- user ---\nMend it.\n\n--- model ---\nHow?\n\n--- user ---\nSo."
    )


async def test_a_model_that_fails_leaves_no_answer_behind() -> None:
    log = MemoryLog()
    model = RecordedModel(OneModel(AdapterError("gone", retryable=True)), Step(log.run(RUN), "lineage-0"))
    with pytest.raises(AdapterError, match="gone"):
        await model.complete(PROMPT)
    assert await log.records(RUN) == ()


class OneSandbox:
    """Ends every command alike."""

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        return CommandResult(
            ending=Ending.TIMED_OUT, exit_status=137, output=b"\xff so far", duration_s=2.5, sandbox="none 1"
        )

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        return one_world(self, world)


async def test_a_command_is_recorded_with_its_output(tmp_path: Path) -> None:
    log = MemoryLog()
    sandbox = RecordedSandbox(OneSandbox(), Step(log.run(RUN), "judge"))
    result = await sandbox.run(Command(argv=("sleep", "9"), workspace=tmp_path))
    assert result.ending is Ending.TIMED_OUT
    (record,) = await log.records(RUN)
    assert record.event == CommandRan(
        argv=("sleep", "9"),
        ending="timed_out",
        exit_status=137,
        duration_s=2.5,
        output_body=await log.run(RUN).keep(b"\xff so far"),
        sandbox="none 1",
    )


class LayeringSandbox(OneSandbox):
    async def layers(self) -> bool:
        return True


async def test_what_wraps_a_sandbox_can_layer_when_it_can() -> None:
    step = Step(MemoryLog().run(RUN), "judge")
    for sandbox, can in ((OneSandbox(), False), (LayeringSandbox(), True)):
        assert await can_layer(sandbox) is can
        assert await can_layer(RecordedSandbox(sandbox, step)) is can
        assert await can_layer(ChosenSandbox(sandbox, passed_over=())) is can


async def test_commands_of_a_warm_sandbox_are_recorded_too(tmp_path: Path) -> None:
    log = MemoryLog()
    sandbox = RecordedSandbox(OneSandbox(), Step(log.run(RUN), "judge"))
    command = Command(argv=("sleep", "9"), workspace=tmp_path)
    async with sandbox.warm(command) as warm:
        await warm.run(command)
        await warm.run(command)
        with pytest.raises(ValueError, match="world"):
            await warm.run(Command(argv=("sleep", "9"), workspace=tmp_path / "other"))
    assert [type(record.event) for record in await log.records(RUN)] == [CommandRan, CommandRan]


SNIPPET = Snippet(
    path="shop/cart.py",
    start_line=3,
    end_line=9,
    text="def total(): ...\n",
    blob="b" * 40,
    score=1.23456789,
    retriever="fused",
    shares=(Share(retriever="lexical", score=1.0), Share(retriever="dense", score=0.234568)),
)


class OneIndex:
    """Finds the same for every question."""

    async def search(self, snapshot: Snapshot, query: Query) -> tuple[Snippet, ...]:
        return (SNIPPET,)

    async def symbols(self, snapshot: Snapshot, name: str, *, limit: int = 40) -> tuple[Snippet, ...]:
        return (SNIPPET,)[:limit]

    async def references(self, snapshot: Snapshot, name: str, *, limit: int = 200) -> tuple[Snippet, ...]:
        return ()


async def test_what_was_found_in_the_code_is_recorded_with_its_places_and_scores() -> None:
    log = MemoryLog()
    index = RecordedIndex(OneIndex(), Step(log.run(RUN), "agent"))
    tree = Snapshot(commit="c" * 40, tree="t" * 40, ref="main", entries=())
    assert await index.search(tree, Query(text="x" * 5000)) == (SNIPPET,)
    assert await index.symbols(tree, "total", limit=0) == ()
    assert await index.references(tree, "total") == ()
    searched, *others = [record.event for record in await log.records(RUN)]
    used = SnippetUsed(
        path="shop/cart.py",
        start_line=3,
        end_line=9,
        blob="b" * 40,
        score=1.234568,
        retriever="fused",
        shares=SNIPPET.shares,
    )
    assert searched == CodeFound(lookup="search", query="x" * 2000, tree="t" * 40, snippets=(used,))
    assert others == [
        CodeFound(lookup="symbols", query="total", tree="t" * 40, snippets=()),
        CodeFound(lookup="references", query="total", tree="t" * 40, snippets=()),
    ]


def result(node_id: str, outcome: TestOutcome) -> TestResult:
    return TestResult(node_id=node_id, outcome=outcome)


BASELINE = Baseline(
    results=(
        result("t::stays", TestOutcome.PASSED),
        result("t::mended", TestOutcome.FAILED),
        result("t::broken", TestOutcome.ERROR),
        result("t::skipped", TestOutcome.SKIPPED),
    ),
    unstable=("t::flaky",),
    duration_s=1.5,
)
FINDING = Finding(rule="test-failed", severity=Severity.REJECT, reason="it fails", node_id="t::broken")
VERIFICATION = Verification(
    candidate="0.1",
    tree="t" * 40,
    checks=(
        CheckResult(
            name="tests",
            passed=False,
            results=(
                result("t::stays", TestOutcome.PASSED),
                result("t::new", TestOutcome.PASSED),
                result("t::mended", TestOutcome.PASSED),
                result("t::broken", TestOutcome.FAILED),
                result("t::skipped", TestOutcome.XFAILED),
            ),
        ),
    ),
    findings=(FINDING,),
)


class OneJudge:
    """Says the same of every candidate."""

    async def baseline(self, ground: Ground) -> Baseline:
        return BASELINE

    async def judge(self, ground: Ground, baseline: Baseline, candidate: Candidate) -> Verification:
        return VERIFICATION

    async def likeness(self, ground: Ground, candidate: Candidate) -> str:
        return "code"

    async def behaviour(
        self, ground: Ground, candidates: Sequence[Candidate], probes: Sequence[Probe]
    ) -> tuple[Behaviour, ...]:
        return tuple(Behaviour(candidate=one.id, answers={probes[0].id: "[3]"}) for one in candidates)


async def test_what_candidates_do_is_recorded_with_the_questions() -> None:
    log = MemoryLog()
    judge = RecordedJudge(OneJudge(), Step(log.run(RUN), "choose"))
    ground = Ground(base=Snapshot(commit="c", tree="t", ref="main", entries=()))
    await judge.behaviour(ground, [Candidate(id="0.1", changes=())], [Probe(id="p", source="tell(3)")])
    (seen,) = (record.event for record in await log.records(RUN))
    assert isinstance(seen, BehaviourSeen)
    assert (seen.candidate, seen.answers) == ("0.1", 1)
    assert json.loads(await log.body(seen.body) or b"") == {"p": {"source": "tell(3)", "answer": "[3]"}}


async def test_what_the_judge_says_is_recorded() -> None:
    log = MemoryLog()
    judge = RecordedJudge(OneJudge(), Step(log.run(RUN), "verify"))
    ground = Ground(base=Snapshot(commit="c", tree="t", ref="main", entries=()))
    assert await judge.baseline(ground) is BASELINE
    assert await judge.judge(ground, BASELINE, Candidate(id="0.1", changes=())) is VERIFICATION
    measured, verified = (record.event for record in await log.records(RUN))
    assert measured == BaselineMeasured(
        tests=4, passed=1, failed=("t::mended", "t::broken"), unstable=("t::flaky",), duration_s=1.5
    )
    assert isinstance(verified, CandidateVerified)
    assert (verified.candidate, verified.verdict, verified.findings) == ("0.1", "rejected", (FINDING,))
    assert (verified.tests, verified.passed) == (5, 3)
    assert verified.newly_passing == ("t::mended", "t::new")
