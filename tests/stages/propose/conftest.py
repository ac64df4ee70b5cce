"""One accepted attempt, with the log that says so."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.event import (
    BaselineMeasured,
    CandidateVerified,
    CommandRan,
    ContextGathered,
    Event,
    ModelCalled,
    RunStarted,
    SnippetUsed,
    SpecIngested,
)
from journeyman.domain.finding import Finding
from journeyman.domain.prompt import Role, Turn
from journeyman.domain.spec import Criterion, Source, Spec
from journeyman.domain.usage import Usage
from journeyman.domain.verification import Baseline, CheckResult, TestOutcome, TestResult, Verification
from journeyman.stages.propose import Evidence
from journeyman.testing.events import MemoryLog

RUN = "20260101-000000-abc"
PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED
SPEC = Spec(
    title="Add a mean",
    intent="Prices are averaged.",
    source=Source(locator="file:spec.md", digest="d" * 64),
    criteria=(
        Criterion(id="AC-1", text="It averages.", tests=("t.py::mean",)),
        Criterion(id="AC-2", text="It is fast."),
    ),
)


def results(**outcomes: TestOutcome) -> tuple[TestResult, ...]:
    return tuple(TestResult(node_id=f"t.py::{name}", outcome=outcome) for name, outcome in outcomes.items())


BASELINE = Baseline(results=results(old=PASSED, broken=FAILED, mean=FAILED), unstable=("t.py::flaky",))
VERIFICATION = Verification(
    candidate="0.1",
    tree="f" * 40,
    checks=(CheckResult(name="tests", passed=True, results=results(old=PASSED, broken=FAILED, mean=PASSED)),),
    findings=(),
)


def attempt_of(answer: str = "", findings: tuple[Finding, ...] = (), path: str = "a.py") -> Attempt:
    candidate = Candidate(id="0.1", changes=(FileChange(path=path, content=b"x"),))
    turns = (Turn(role=Role.USER, text="Do it."), Turn(role=Role.MODEL, text=answer))
    return Attempt(
        proposal=Proposal(candidate=candidate, turns=turns), verification=replace(VERIFICATION, findings=findings)
    )


def call(completion_body: str, cost_usd: float | None = None) -> ModelCalled:
    return ModelCalled(
        prompt_name="generate", prompt_digest="", prompt_body="", completion_body=completion_body,
        requested_model="tiny", served_model="model@sha256:abc", response_id="", finish_reason="stop",
        temperature=0.0, seed=1, usage=Usage(requests=1, input_tokens=400, output_tokens=30, cost_usd=cost_usd),
        duration_s=1.0,
    )  # fmt: skip


Story = Callable[..., Awaitable[Evidence]]


@pytest.fixture
def story() -> Story:
    """Tell a run of three answers, the last of them accepted."""

    async def told(
        attempt: Attempt,
        spec: Spec = SPEC,
        *,
        answer: str = "",
        leave_out: type[Event] | None = None,
        snippets: tuple[SnippetUsed, ...] = (),
    ) -> Evidence:
        log = MemoryLog()
        sink = log.run(RUN)
        verification = attempt.verification or VERIFICATION
        body = await sink.keep(answer.encode("utf-8", "backslashreplace"))
        events: list[Event] = [
            RunStarted(spec_locator="file:spec.md", base="b" * 40, base_ref="main", model="tiny", strategy="direct",
                       candidates=1, budget="{}", version="0.1.0"),
            SpecIngested(title=spec.title, spec_digest=spec.digest, source_digest="d", author="", trust="local",
                         criteria=(), body=""),
            BaselineMeasured(tests=3, passed=1, failed=("t.py::broken", "t.py::mean"), unstable=(), duration_s=1.0),
            ContextGathered(query="q", snippets=snippets, token_count=1, omitted=0),
            call("1" * 64), call("2" * 64), call(body),
            CommandRan(argv=("pytest",), ending="exited", exit_status=0, duration_s=1.0, output_body="",
                       sandbox="bubblewrap 0.11.0 (cgroup v2)"),
            CandidateVerified(candidate="0.1", tree=verification.tree, verdict="accepted", tests=3, passed=2,
                              newly_passing=("t.py::mean",), findings=verification.findings, duration_s=1.0),
        ]  # fmt: skip
        for number, event in enumerate(events):
            if leave_out is None or not isinstance(event, leave_out):
                await sink.append(event, key=str(number))
        return Evidence(run=RUN, target="main", spec=spec, baseline=BASELINE, records=await log.records(RUN))

    return told
