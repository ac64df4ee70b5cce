"""Coverage of a change: which of its lines no test reaches, and which old lines are reached no more. Pure."""

import difflib
from collections.abc import Iterator, Mapping
from types import CodeType

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_lines

_SHOWN = 8


def coverage_findings(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    *,
    reached_before: Mapping[str, frozenset[int]],
    reached_after: Mapping[str, frozenset[int]],
    severity: Severity,
) -> Iterator[Finding]:
    """Yield a finding for each file whose added lines are not all reached, or whose old lines are reached no more.

    Args:
        before: path → the base's content of each changed Python product file.
        after: path → the candidate's content.
        reached_before: path → lines that the base's tests reached.
        reached_after: path → lines that the candidate's tests reach, new tests included.
        severity: of the findings.
    """
    for path in sorted(after):
        old, new = before.get(path, b""), after[path]
        reached = reached_after.get(path, frozenset())
        asked = executable_lines(new) & added_lines(old, new)
        missed = sorted(asked - reached)
        if missed:
            share = f"{len(asked) - len(missed)} of {len(asked)}"
            words = f"the tests reach {share} added lines of `{path}`; not {_ranges(missed)}"
            yield _finding("patch-uncovered", path, missed[0], words, severity)
        same = _same_lines(old, new)
        lost = sorted(same[line] for line in reached_before.get(path, ()) if line in same and same[line] not in reached)
        if lost:
            words = f"lines of `{path}` that the tests reached before are reached no more: {_ranges(lost)}"
            yield _finding("coverage-fell", path, lost[0], words, severity)


def executable_lines(source: bytes) -> frozenset[int]:
    """Return the 1-based lines that hold code, as the compiler sees them; none if it does not compile."""
    try:
        pending = [compile(source, "product", "exec", dont_inherit=True)]
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    found: set[int] = set()
    while pending:
        code = pending.pop()
        found |= {line for _, _, line in code.co_lines() if line}
        pending += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return frozenset(found)


def _same_lines(old: bytes, new: bytes) -> dict[int, int]:
    """Return line of the old version → line of the new one, for lines that are the same."""
    matcher = difflib.SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False)
    return {b.a + n + 1: b.b + n + 1 for b in matcher.get_matching_blocks() for n in range(b.size)}


def _ranges(lines: list[int]) -> str:
    """Return `3-5, 9` for 3, 4, 5, 9; cut when it grows long."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    said = [str(low) if low == high else f"{low}-{high}" for low, high in spans]
    return ", ".join(said[:_SHOWN]) + (", ..." if len(said) > _SHOWN else "")


def _finding(rule: str, path: str, line: int, words: str, severity: Severity) -> Finding:
    return Finding(
        rule=rule, severity=severity, path=path, line=line, reason=words, remedy="Test what these lines are for."
    )
