"""The text people review: every claim from something recorded, and nothing without a record."""

from dataclasses import replace

import pytest
from tests.stages.propose.conftest import RUN, SPEC, Story, attempt_of

from journeyman.domain.event import (
    BaselineMeasured,
    CandidateVerified,
    ContextGathered,
    Event,
    RunStarted,
    SnippetUsed,
    SpecIngested,
)
from journeyman.domain.finding import Finding, Severity
from journeyman.stages.propose import propose

ANSWER = "I add a mean because prices\nare averaged.\n\n```python\n# a.py\nx = 1\n```\nThat is all."


async def test_the_tree_is_the_one_that_was_judged(story: Story) -> None:
    attempt = attempt_of()
    change = propose(attempt, await story(attempt))
    assert (change.tree, change.base, change.branch) == ("f" * 40, "b" * 40, f"journeyman/{RUN}")


async def test_claims_follow_from_the_measurements(story: Story) -> None:
    attempt = attempt_of()
    body = propose(attempt, await story(attempt)).body
    assert "New: 1 test that failed or did not exist at the base and passes now." in body
    assert "Kept: 1 of 1 tests" in body
    assert "1 known test failed before and still fail: `t.py::broken`." in body
    assert "unstable at the base: `t.py::flaky`" in body
    assert "1 of 3 tests passed at the base, 2 of 3 with the change" in body
    assert "| AC-1: It averages. | `t.py::mean` | passes |" in body
    assert "| AC-2: It is fast. | no test | **not demonstrated** |" in body
    assert "3 attempts, 1 accepted" in body
    assert "1,200 tokens in (0 cached), 90 out, price unknown" in body
    assert f"journeyman judge --base {'b' * 40} --head journeyman/{RUN}" in body


async def test_each_part_names_the_records_it_rests_on(story: Story) -> None:
    attempt = attempt_of(ANSWER)
    body = propose(attempt, await story(attempt, answer=ANSWER)).body
    assert "*(record 1 of the log)*" in body
    assert "*(records 2 and 8 of the log)*" in body
    assert "*(record 3 of the log)*" in body
    assert "nobody checked them. *(record 6 of the log)*" in body


async def test_a_criterion_is_shown_by_what_is_known_beyond_the_spec(story: Story) -> None:
    attempt = attempt_of()
    evidence = replace(await story(attempt), shown={"AC-2": ("t.py::old",), "AC-1": ("t.py::broken",)})
    body = propose(attempt, evidence).body
    assert "| AC-2: It is fast. | `t.py::old` | passes |" in body
    assert "| AC-1: It averages. | `t.py::mean`, `t.py::broken` | **not demonstrated** |" in body


async def test_the_model_is_quoted_without_its_code_and_only_from_the_log(story: Story) -> None:
    attempt = attempt_of(ANSWER)
    body = propose(attempt, await story(attempt, answer=ANSWER)).body
    assert "in the words of `model@sha256:abc`; nobody checked them" in body
    assert "```text\nI add a mean because prices\nare averaged.\n\nThat is all.\n```" in body
    unrecorded = propose(attempt, await story(attempt, answer="something else")).body
    assert "averaged because" not in unrecorded
    assert "in the words of" not in unrecorded


async def test_findings_and_coverage_are_told_apart(story: Story) -> None:
    note = Finding(rule="still-failing", severity=Severity.NOTE, reason="one fails", path="t.py", line=3)
    fell = Finding(rule="coverage-fell", severity=Severity.NOTE, reason="lines are reached no more: 3-5", path="a.py")
    attempt = attempt_of(findings=(note, fell))
    body = propose(attempt, await story(attempt)).body
    coverage, noticed = body.index("## Coverage"), body.index("## What the judge noticed")
    assert coverage < body.index("coverage-fell: lines are reached no more: 3-5 (`a.py`)") < noticed
    assert "- note: still-failing: one fails (`t.py` line 3)" in body[noticed:]


async def test_retrieved_context_is_told_with_its_score(story: Story) -> None:
    used = SnippetUsed(path="a.py", start_line=3, end_line=9, blob="b" * 40, score=1.25, retriever="lexical")
    attempt = attempt_of()
    assert "`a.py:3-9 (lexical 1.25)`" in propose(attempt, await story(attempt, snippets=(used,))).body


async def test_trailers_name_who_helped_and_anchor_the_log(story: Story) -> None:
    attempt = attempt_of()
    evidence = await story(attempt)
    trailers = propose(attempt, evidence).message.strip().split("\n\n")[-1].splitlines()
    last = evidence.records[-1]
    assert trailers == [
        "Assisted-by: Journeyman:model@sha256:abc",
        f"Journeyman-Run: {RUN}",
        f"Journeyman-Log: {RUN}@{last.sequence}:{last.digest}",
    ]


@pytest.mark.parametrize("missing", [RunStarted, SpecIngested, BaselineMeasured, CandidateVerified])
async def test_what_the_log_does_not_say_cannot_be_claimed(missing: type[Event], story: Story) -> None:
    attempt = attempt_of()
    with pytest.raises(ValueError, match="log has"):
        propose(attempt, await story(attempt, leave_out=missing))


async def test_a_run_without_retrieval_says_nothing_of_it(story: Story) -> None:
    attempt = attempt_of()
    assert "Context shown" not in propose(attempt, await story(attempt, leave_out=ContextGathered)).body


async def test_an_edited_spec_is_another_spec(story: Story) -> None:
    attempt = attempt_of()
    evidence = await story(attempt)
    with pytest.raises(ValueError, match="spec is not the one"):
        propose(attempt, replace(evidence, spec=replace(SPEC, intent="Something else.")))


async def test_findings_and_trees_that_the_log_does_not_know_are_refused(story: Story) -> None:
    attempt = attempt_of()
    evidence = await story(attempt)
    assert attempt.verification is not None
    with pytest.raises(ValueError, match="no acceptance"):
        propose(replace(attempt, verification=replace(attempt.verification, tree="e" * 40)), evidence)
    note = Finding(rule="x", severity=Severity.NOTE, reason="y")
    with pytest.raises(ValueError, match="findings are not those"):
        propose(replace(attempt, verification=replace(attempt.verification, findings=(note,))), evidence)


async def test_what_was_never_judged_is_never_proposed(story: Story) -> None:
    attempt = attempt_of()
    with pytest.raises(ValueError, match="without a verification"):
        propose(replace(attempt, verification=None), await story(attempt))


@pytest.mark.parametrize(
    ("uri", "linked"),
    [
        ("https://github.example/acme/widgets/issues/7#note-1", True),
        ("", False),
        ("http://plain.example/x", False),
        ("javascript:alert(1)", False),
        ("https://user:secret@evil.example/x", False),
        ("https://evil.example/x) [y](https://evil.example/z", False),
        ("https://evil.example/\n/merge", False),
        ("https://evil.example/<b>", False),
    ],
)
async def test_the_spec_is_linked_where_its_source_says_and_nowhere_else(uri: str, linked: bool, story: Story) -> None:
    attempt = attempt_of()
    spec = replace(SPEC, source=replace(SPEC.source, uri=uri))
    body = propose(attempt, await story(attempt, spec)).body
    assert (f"([look at it]({uri}))" in body) is linked
    assert ("](" in body) is linked
