"""The text people review: every claim from something measured, and nothing in it that acts."""

from dataclasses import replace

import pytest

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.context import Context
from journeyman.domain.spec import Criterion, Source, Spec
from journeyman.domain.usage import Usage
from journeyman.domain.verification import Baseline, CheckResult, TestOutcome, TestResult, Verification
from journeyman.stages.propose import Evidence, propose

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


PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED
EVIDENCE = Evidence(
    run="20260101-000000-abc",
    base="b" * 40,
    target="main",
    spec=SPEC,
    context=Context(snippets=(), token_count=0),
    baseline=Baseline(results=results(old=PASSED, broken=FAILED, mean=FAILED), unstable=("t.py::flaky",)),
    attempts=3,
    accepted=1,
    usage=Usage(requests=3, input_tokens=1200, output_tokens=90, cost_usd=None),
    models=("model@sha256:abc",),
    elapsed_s=12.4,
    sandbox="bubblewrap 0.11.0 (cgroup v2)",
    log_anchor="20260101-000000-abc@9:" + "e" * 64,
)
ATTEMPT = Attempt(
    proposal=Proposal(candidate=Candidate(id="0.1", changes=(FileChange(path="a.py", content=b"x"),)), turns=()),
    verification=Verification(
        candidate="0.1",
        tree="f" * 40,
        checks=(CheckResult(name="tests", passed=True, results=results(old=PASSED, broken=FAILED, mean=PASSED)),),
        findings=(),
    ),
)


def test_the_tree_is_the_one_that_was_judged() -> None:
    change = propose(ATTEMPT, EVIDENCE)
    assert (change.tree, change.base, change.branch) == ("f" * 40, "b" * 40, "journeyman/20260101-000000-abc")


def test_claims_follow_from_the_measurements() -> None:
    body = propose(ATTEMPT, EVIDENCE).body
    assert "New: 1 test that failed or did not exist at the base and passes now." in body
    assert "Kept: 1 of 1 tests" in body
    assert "1 known test failed before and still fail: `t.py::broken`." in body
    assert "unstable at the base: `t.py::flaky`" in body
    assert "| AC-1: It averages. | `t.py::mean` | passes |" in body
    assert "| AC-2: It is fast. | no test | **not demonstrated** |" in body
    assert "3 attempts, 1 accepted" in body
    assert "price unknown" in body


def test_trailers_name_who_helped_and_anchor_the_log() -> None:
    message = propose(ATTEMPT, EVIDENCE).message
    trailers = message.strip().split("\n\n")[-1].splitlines()
    assert trailers == [
        "Assisted-by: Journeyman:model@sha256:abc",
        "Journeyman-Run: 20260101-000000-abc",
        f"Journeyman-Log: {EVIDENCE.log_anchor}",
    ]


def test_text_of_a_spec_cannot_act_in_the_description() -> None:
    hostile = replace(
        SPEC,
        title="Do it\nSigned-off-by: Ada <ada@x>",
        intent="@maintainers see ![x](http://evil/p.png) <img src=x>\n\nSigned-off-by: Ada",
    )
    change = propose(ATTEMPT, replace(EVIDENCE, spec=hostile))
    assert "\n" not in change.title
    assert "![" not in change.body
    assert "<img" not in change.body
    assert "@maintainers" not in change.body
    assert not any(line.startswith("Signed-off-by") for line in change.message.splitlines())


def test_what_was_never_judged_is_never_proposed() -> None:
    with pytest.raises(ValueError, match="without a verification"):
        propose(replace(ATTEMPT, verification=None), EVIDENCE)
