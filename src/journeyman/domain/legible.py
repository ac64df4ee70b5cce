"""What a person sees of a text: hidden comments, invisible characters and the like are taken out, and named.

Text from outside is read by people as it is displayed and by models as it is written; an instruction that
only the second can see is an attack. After Boucher and Anderson, "Trojan Source" (2021), for the direction
controls; tag characters and variation selectors carry whole hidden messages. Lines keep their numbers.
"""

import re
import unicodedata
from collections.abc import Iterator

from journeyman.domain.document import Hidden
from journeyman.domain.hidden import kind_of

_FENCE = re.compile(r"^ {0,3}(?:[-*+>] +)*(`{3,}|~{3,})([^`]*)$")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[[^\]\n]*\](?:\([^()\s]*(?:\([^()\s]*\))?(?:\s+[\"'(][^\n]*?[\"')])?\s*\)|\[[^\]\n]*\])?")
_IMAGE_TAG = re.compile(r"<(?:img|picture|source|video|audio|iframe|object|embed|svg)\b[^<>]*>?", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(\w+)\b[^<>]*(?:\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0)[^<>]*>"
    r".*?(?:</\1\s*>|\Z)|<(template|script|style|noscript)\b[^<>]*>.*?(?:</\2\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_DECLARATION = re.compile(r"<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<![A-Za-z][^>]*>", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]\n^][^\]\n]*)\]:[ \t]*\S.*$", re.MULTILINE)
_COMMENT_START = re.compile(r"^[ \t]*(?:(?:[-*+>]|\d+[.)])[ \t]+)*<!--", re.MULTILINE)
_LONGEST = 200


def legible(text: str) -> tuple[str, tuple[Hidden, ...]]:
    """Return a Markdown text as it is seen when displayed, with as many lines, and what was taken out of it.

    Code, in blocks or in a line, is shown as it is written and so keeps its comments; characters that
    nobody sees are taken out of it too.
    """
    plain, hidden = _seen_characters(text.replace("\r\n", "\n").replace("\r", "\n"))
    masked, code = _without_code(plain)
    for kind, found in _unseen_markup(masked):
        line = masked.count("\n", 0, found[0]) + 1
        hidden.append(Hidden(kind=kind, line=line, text=_shown(masked[found[0] : found[1]], code)))
        masked = masked[: found[0]] + _blank(masked, found, kind) + masked[found[1] :]
    return _with_code(masked, code), tuple(sorted(hidden, key=lambda item: (item.line, item.kind, item.text)))


def _seen_characters(text: str) -> tuple[str, list[Hidden]]:
    """Take out characters that nobody sees; a joiner between emoji and a picture's style stay."""
    hidden: list[Hidden] = []
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        kept: list[str] = []
        found: dict[str, list[str]] = {}
        for index, mark in enumerate(line):
            kind = kind_of(mark)
            if kind and not _is_part_of_a_picture(line, index):
                found.setdefault(kind, []).append(mark)
            else:
                kept.append(mark)
        hidden += [Hidden(kind=kind, line=number, text=_decoded(marks)) for kind, marks in found.items()]
        lines.append("".join(kept))
    return "\n".join(lines), hidden


def _is_part_of_a_picture(line: str, index: int) -> bool:
    mark, before = line[index], line[index - 1] if index else ""
    if mark in "\ufe0e\ufe0f":  # chooses between two looks of the sign before it, once
        return bool(before) and unicodedata.category(before) in ("So", "Sm", "Po", "Nd")
    if mark == "\u200d":  # joins two signs into one
        after = line[index + 1] if index + 1 < len(line) else ""
        return bool(before and after) and unicodedata.category(after) == "So" and not before.isascii()
    return False


def _decoded(marks: list[str]) -> str:
    """Return hidden characters as something to read: tags spell ASCII, so the message itself is shown."""
    spelt = "".join(chr(ord(mark) - 0xE0000) for mark in marks if 0xE0020 <= ord(mark) <= 0xE007E)
    return (spelt or " ".join(f"U+{ord(mark):04X}" for mark in marks))[:_LONGEST]


def _without_code(text: str) -> tuple[str, list[str]]:
    """Put a mark in the place of every piece of code, so that nothing in it is taken for markup.

    A comment that opens before a fence hides the fence too, so fences inside comments are no code.
    """
    code: list[str] = []
    lines = text.split("\n")
    fence, commented = "", False
    for number, line in enumerate(lines):
        if commented:
            commented = "-->" not in line
            continue
        found = _FENCE.match(line)
        if fence:
            closes = found and found[1].startswith(fence) and not found[2].strip()
            fence = "" if closes else fence
            lines[number] = _kept(line, code)
        elif found:
            fence = found[1]
            lines[number] = _kept(line, code)
        else:
            prose = lines[number] = _CODE.sub(lambda match: _kept(match[0], code), line)
            opened = prose.rfind("<!--")
            commented = opened >= 0 and "-->" not in prose[opened:] and bool(_COMMENT_START.match(prose))
    return "\n".join(lines), code


def _kept(piece: str, code: list[str]) -> str:
    code.append(piece)
    return f"\x00{len(code) - 1}\x00"


def _with_code(text: str, code: list[str]) -> str:
    return re.sub(r"\x00(\d+)\x00", lambda found: code[int(found[1])], text)


def _unseen_markup(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield what is not displayed, from the last to the first, so that places stay true as it is taken out."""
    found = [("comment", place) for place in _comments(text)]
    for kind, pattern in (
        ("unseen-markup", _UNSEEN),
        ("unseen-markup", _DECLARATION),
        ("image", _IMAGE),
        ("image", _IMAGE_TAG),
    ):
        found += [(kind, match.span()) for match in pattern.finditer(text)]
    for match in _DEFINITION.finditer(text):
        uses = re.findall(rf"\[{re.escape(match[1])}\](?!:)", text, re.IGNORECASE)
        if not uses:
            found.append(("unused-link", match.span()))
    taken = len(text) + 1
    for kind, place in sorted(found, key=lambda item: (-item[1][1], item[1][0])):
        if place[1] <= taken:
            taken = place[0]
            yield kind, place


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of HTML comments; one that opens a line and is never closed hides all that follows."""
    start = 0
    while (opened := text.find("<!--", start)) >= 0:
        closed = text.find("-->", opened + 2)
        line = text.rfind("\n", 0, opened) + 1
        leads = _COMMENT_START.match(text, line) is not None
        paragraph = text.find("\n\n", opened)
        if closed >= 0 and (leads or paragraph < 0 or closed < paragraph):
            yield opened, closed + 3
            start = closed + 3
        elif leads:
            yield opened, len(text)
            return
        else:
            start = opened + 4  # in the middle of a line, unclosed: displayed as it is written


def _blank(text: str, place: tuple[int, int], kind: str) -> str:
    return ("[image]" if kind == "image" else "") + "\n" * text.count("\n", *place)


def _shown(piece: str, code: list[str]) -> str:
    text = " ".join(_with_code(piece, code).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
