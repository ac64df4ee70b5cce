"""propose: Attempt -> Change. A description for people, every claim from something measured."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from journeyman.domain.attempt import Attempt
from journeyman.domain.change import Change
from journeyman.domain.context import Context, Snippet
from journeyman.domain.spec import Spec
from journeyman.domain.usage import Usage
from journeyman.domain.verification import Baseline, TestOutcome, Verification

_MAX_TITLE = 72
_MARKUP = re.compile(r"[\x00-\x1f\x7f`*_<>\[\]|@#]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a run can show for a change; nothing else is said about it."""

    run: str
    base: str
    """Commit id."""
    target: str
    """Branch name, empty when the base was not a branch."""
    spec: Spec
    context: Context
    baseline: Baseline
    attempts: int
    accepted: int
    """How many candidates the judge accepted."""
    usage: Usage
    models: tuple[str, ...]
    """As served."""
    elapsed_s: float
    sandbox: str
    """What the tests ran in."""
    log_anchor: str
    """`run@sequence:digest` of the log when the candidate was chosen."""


def propose(attempt: Attempt, evidence: Evidence) -> Change:
    """Return the change for an accepted attempt.

    Raises:
        ValueError: the attempt was never verified; only a judged tree may be proposed.
    """
    if attempt.verification is None:
        raise ValueError("an attempt without a verification cannot be proposed")
    title = _one_line(evidence.spec.title)[:_MAX_TITLE].rstrip() or "Change by Journeyman"
    sections = (
        _wanted(evidence),
        _changed(attempt, evidence.spec),
        _demonstrated(attempt.verification, evidence),
        _noticed(attempt.verification),
        _made(evidence),
    )
    body = "\n\n".join(section for section in sections if section) + "\n"
    return Change(
        run=evidence.run,
        base=evidence.base,
        target=evidence.target,
        tree=attempt.verification.tree,
        branch=f"journeyman/{evidence.run}",
        title=title,
        body=body,
        message=_message(title, evidence),
    )


def _message(title: str, evidence: Evidence) -> str:
    trailers = [
        *(f"Assisted-by: Journeyman:{_one_line(model, keep='_@')}" for model in evidence.models),
        f"Journeyman-Run: {evidence.run}",
        f"Journeyman-Log: {evidence.log_anchor}",
    ]
    return f"{title}\n\nSpec: {_one_line(evidence.spec.source.locator)}\n\n" + "\n".join(trailers) + "\n"


def _wanted(evidence: Evidence) -> str:
    spec = evidence.spec
    # Untrusted text inside our description: no HTML, no image that phones home, no mention.
    tame = spec.intent.strip().replace("<", "&lt;").replace("![", "[").replace("@", "@\u200b")
    quoted = "\n".join(f"> {line}".rstrip() for line in tame.splitlines())
    source = f"Spec `{_one_line(spec.source.locator)}`, digest `{spec.digest[:16]}`."
    return f"## What was asked\n\n{quoted}\n\n{source}" if quoted else f"## What was asked\n\n{source}"


def _changed(attempt: Attempt, spec: Spec) -> str:
    lines = [
        f"- `{change.path}`{' (removed)' if change.content is None else ''}" for change in attempt.candidate.changes
    ]
    lines += [f"- `{test.path}` (a test of the spec, laid over as it was given)" for test in spec.oracle_tests]
    return "## What changes\n\n" + "\n".join(lines)


def _demonstrated(verification: Verification, evidence: Evidence) -> str:
    after = {result.node_id: result.outcome for result in verification.results}
    before = evidence.baseline.outcomes()
    passed = [node for node, outcome in after.items() if outcome is TestOutcome.PASSED]
    new = [node for node in passed if before.get(node) is not TestOutcome.PASSED]
    kept = len(passed) - len(new)
    held = sum(1 for outcome in before.values() if outcome is TestOutcome.PASSED)
    failing = sorted(node for node, outcome in after.items() if outcome in (TestOutcome.FAILED, TestOutcome.ERROR))
    rows = [
        f"- New: {len(new)} {_tests(new)} that failed or did not exist at the base and {_agree(new)} now.",
        f"- Kept: {kept} of {held} tests that passed at the base; none was changed or removed.",
    ]
    if failing:
        rows.append(f"- {len(failing)} known {_tests(failing)} failed before and still fail: {_names(failing)}.")
    if evidence.baseline.unstable:
        rows.append(f"- Not counted, because they are unstable at the base: {_names(evidence.baseline.unstable)}.")
    return "## What was measured\n\n" + "\n".join(rows) + _criteria(evidence.spec, after)


def _criteria(spec: Spec, after: dict[str, TestOutcome]) -> str:
    if not spec.criteria:
        return ""
    rows = ["", "", "| criterion | shown by | |", "|---|---|---|"]
    for criterion in spec.criteria:
        shown = [node for name in criterion.tests for node in after if node == name or node.startswith(name + "[")]
        good = bool(shown) and all(after[node] is TestOutcome.PASSED for node in shown)
        state = "passes" if good else "**not demonstrated**"
        rows.append(
            f"| {_one_line(criterion.id)}: {_one_line(criterion.text)} | {_names(shown) or 'no test'} | {state} |"
        )
    return "\n".join(rows)


def _noticed(verification: Verification) -> str:
    lines = [f"- {finding.rule}: {_one_line(finding.reason)}" for finding in verification.findings]
    return "## What the judge noticed\n\n" + "\n".join(lines) if lines else ""


def _made(evidence: Evidence) -> str:
    usage = evidence.usage
    cost = "price unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    rows = [
        f"- Model as served: {_names(evidence.models) or 'none'}",
        f"- {evidence.attempts} attempts, {evidence.accepted} accepted by the judge",
        f"- {usage.input_tokens:,} tokens in ({usage.cached_tokens:,} cached), {usage.output_tokens:,} out, {cost}",
        f"- {evidence.elapsed_s:.0f} seconds",
        f"- Tests ran in: {_one_line(evidence.sandbox, keep='()')}",
        f"- Context shown to the model: {_names([_lines(snippet) for snippet in evidence.context.snippets]) or 'none'}",
        f"- Run `{evidence.run}`; prove its log with `journeyman log verify {evidence.run}`",
    ]
    return "## How it was made\n\n" + "\n".join(rows)


def _lines(snippet: Snippet) -> str:
    return f"{snippet.path}:{snippet.start_line}-{snippet.end_line}"


def _tests(items: Sequence[str]) -> str:
    return "test" if len(items) == 1 else "tests"


def _agree(items: Sequence[str]) -> str:
    return "passes" if len(items) == 1 else "pass"


def _names(names: Sequence[str], limit: int = 12) -> str:
    # Within backticks a mention is only text.
    shown = ", ".join(f"`{_one_line(name, keep='_[]@')}`" for name in names[:limit])
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")


def _one_line(text: str, *, keep: str = "_") -> str:
    """Strip markup, mentions and control characters: untrusted text must not act inside a description."""
    return _MARKUP.sub(lambda found: found[0] if found[0] in keep else " ", text).strip()
