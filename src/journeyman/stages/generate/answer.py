"""A model's answer, parsed tolerantly: text -> blocks. Nothing is applied here."""

import re
from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block asks for."""

    CODE = "code"
    """The whole file, or some of its definitions; the form that was asked for says which."""
    EDIT = "edit"
    """Replace some lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of an answer, bound to a path (empty when the answer names none)."""

    path: str
    kind: BlockKind
    text: str
    """New content, or the replacing lines."""
    search: str = ""
    """The lines to be replaced; empty for CODE."""


_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)$")
_PATH = re.compile(r"(?<![\w/.-])((?:[\w.+@-]+/)*[\w+@-][\w.+@-]*\.[A-Za-z]\w{0,9})(?![\w/])")
_PATH_COMMENT = re.compile(
    r"^\s*(?:#|//|--|;|<!--|/\*)\s*(?:file(?:name)?:|path:)?\s*[`*]*(?P<path>[\w./+@-]+\.\w{1,10})[`*]*\s*(?:-->|\*/)?\s*$",
    re.IGNORECASE,
)
_SEARCH, _DIVIDER, _REPLACE = (
    re.compile(r"^<{5,9} ?SEARCH\s*$"),
    re.compile(r"^={5,9}\s*$"),
    re.compile(r"^>{5,9} ?REPLACE\s*$"),
)


def parse_answer(text: str) -> tuple[Block, ...]:
    """Return the blocks of an answer in order; prose around them is ignored.

    Tolerated: any fence length, a missing closing fence, the path as a heading, in bold, in the
    fence's info string or as a first-line comment, edit blocks inside or outside fences, and bare code that
    begins with such a comment.
    """
    blocks: list[Block] = []
    lines = text.replace("\r\n", "\n").split("\n")
    path, position = "", 0
    while position < len(lines):
        line = lines[position]
        if _SEARCH.match(line):
            block, position = _edit(lines, position, path)
            blocks.extend(block)
        elif fence := _FENCE.match(line):
            inner, position = _fenced(lines, position, fence["fence"])
            blocks.extend(_from_fence(inner, path or _path_in(fence["info"])))
            path = ""
        else:
            path = _path_in(line) or (path if not line.strip() else "")
            position += 1
    if not blocks and _PATH_COMMENT.match(text.lstrip().partition("\n")[0]):
        blocks = _from_fence(lines, "")
    return tuple(blocks)


def _edit(lines: list[str], start: int, path: str) -> tuple[list[Block], int]:
    middle = next((i for i in range(start, len(lines)) if _DIVIDER.match(lines[i])), None)
    end = next((i for i in range(middle or start, len(lines)) if _REPLACE.match(lines[i])), None)
    if middle is None or end is None:
        return [], len(lines)
    search, replace = "\n".join(lines[start + 1 : middle]), "\n".join(lines[middle + 1 : end])
    return [Block(path=path, kind=BlockKind.EDIT, text=replace, search=search)], end + 1


def _fenced(lines: list[str], start: int, fence: str) -> tuple[list[str], int]:
    """Return the lines inside a fence and the position after it; an unclosed fence runs to the end."""
    for end in range(start + 1, len(lines)):
        if lines[end].rstrip() == fence:
            return lines[start + 1 : end], end + 1
    return lines[start + 1 :], len(lines)


def _from_fence(inner: list[str], path: str) -> list[Block]:
    if any(_SEARCH.match(line) for line in inner):
        return [
            block if block.path else Block(path=path, kind=block.kind, text=block.text, search=block.search)
            for block in parse_answer("\n".join(inner))
        ]
    blocks: list[Block] = []
    chunk: list[str] = []
    for line in inner:
        if comment := _PATH_COMMENT.match(line):
            if any(held.strip() for held in chunk):
                blocks.append(_code(path, chunk))
            path, chunk = comment["path"].removeprefix("./"), []
        else:
            chunk.append(line)
    if any(held.strip() for held in chunk):
        blocks.append(_code(path, chunk))
    return blocks


def _code(path: str, lines: list[str]) -> Block:
    return Block(path=path, kind=BlockKind.CODE, text="\n".join(lines).strip("\n") + "\n")


def _path_in(line: str) -> str:
    """Return the path a heading, a bold line or an info string names, else an empty string."""
    found = _PATH.findall(line)
    return found[-1].removeprefix("./") if len(found) == 1 else ""
