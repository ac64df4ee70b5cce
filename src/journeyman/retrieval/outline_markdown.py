"""The outline of a Markdown text: its headings, each with the text up to the next."""

import re

from journeyman.retrieval.outline import Outline, Unit

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(?P<title>\S.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def outline(text: str) -> Outline:
    """Return one unit per heading, named by its own and the headings above it."""
    lines = text.split("\n")
    headings = _headings(lines)
    trail: list[tuple[int, str]] = []
    units = []
    for index, (line, level, title) in enumerate(headings):
        trail = [(above, name) for above, name in trail if above < level] + [(level, title)]
        end = headings[index + 1][0] - 1 if index + 1 < len(headings) else len(lines)
        units.append(Unit(start=line, end=end, name=" > ".join(name for _, name in trail)))
    return Outline(units=tuple(units))


def _headings(lines: list[str]) -> list[tuple[int, int, str]]:
    """Return (line, level, title) of every heading outside fenced code."""
    found = []
    fence = ""
    for number, line in enumerate(lines, 1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = _HEADING.match(line) if not fence else None
        if heading:
            found.append((number, len(heading[1]), heading["title"].rstrip().rstrip("#").rstrip()))
    return found
