"""Product code that knows it is being tested, in any language: patterns on added lines, for a person to look at."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_lines
from journeyman.judge.languages.language import Edit
from journeyman.judge.languages.syntax import Grammar, line_of, parse, text_of, walk

_MOST_CHARS = 240
_SPACE = re.compile(r"\s+")


class Watch(NamedTuple):
    """One pattern on the text of a piece of syntax, spaces left out, and what finding it means."""

    pattern: re.Pattern[str]
    reason: str


def watch(pattern: str, reason: str) -> Watch:
    """Return a watch; the pattern must match the whole of a piece of syntax."""
    return Watch(re.compile(pattern, re.DOTALL), reason)


def suspicious(edit: Edit, grammar: Grammar, watches: tuple[Watch, ...]) -> Iterator[Finding]:
    """Yield an ESCALATE finding for each watched thing on a line that was added."""
    if edit.after is None:
        return
    root = parse(grammar, edit.after)
    if root is None:
        return  # the tests will say so
    added = added_lines(edit.before or b"", edit.after)
    seen: set[tuple[int, str]] = set()
    for node in walk(root):
        if node.type in grammar.comments or line_of(node) not in added or node.end_byte - node.start_byte > _MOST_CHARS:
            continue
        text = _SPACE.sub("", text_of(node))
        for pattern, reason in watches:
            if (line_of(node), reason) not in seen and pattern.fullmatch(text):
                seen.add((line_of(node), reason))
                yield _finding(edit.path, line_of(node), reason)


def _finding(path: str, line: int, reason: str) -> Finding:
    return Finding(
        rule="knows-it-is-tested",
        severity=Severity.ESCALATE,
        path=path,
        line=line,
        reason=f"product code {reason}",
        remedy="Write it without looking at who is calling, or let a person decide.",
    )
