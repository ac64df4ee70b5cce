"""Chunks: a file cut where its syntax allows, every line in exactly one chunk."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from journeyman.retrieval.outline import Outline, Unit

MAX_LINES = 80
MAX_CHARACTERS = 4000
_SHORT_LINES = 6
"""A definition of up to so many lines may share a chunk with its neighbours."""
_TOGETHER_LINES = 24
"""Short neighbours, or a whole small class, up to so many lines."""
_COMMENT = re.compile(r"\s*(#|//|/\*|\*|--)")
_WORDS = re.compile(r"\w")
_HOLLOW = 3
"""Letters and digits up to which lines say nothing: a closing brace, an `end`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some lines of a file that belong together."""

    start_line: int
    """1-based, inclusive."""
    end_line: int
    """1-based, inclusive."""
    symbol: str = ""
    """Qualified name of the one definition that the lines are, or are a part of."""
    names: tuple[str, ...] = ()
    """Qualified names of everything they define."""

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.end_line - self.start_line + 1


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as git counts them, without their ends."""
    lines = text.split("\n")
    return lines[:-1] if text.endswith("\n") else lines


def chunks_of(path: str, text: str) -> tuple[Chunk, ...]:
    """Cut a file by its syntax where that is known, by its headings, else by its indentation."""
    if not text:
        return ()
    lines = lines_of(text)
    outline = outline_of(path, text) or Outline(units=())
    whole = Chunk(start_line=1, end_line=len(lines))
    pieces = (cut for piece in _partition(whole, outline.units, lines) for cut in _cut(piece, lines, outline.cuts))
    return tuple(_merge(_attach(pieces, lines)))


def text_of_lines(text: str, start_line: int, end_line: int) -> str:
    """Return some lines of a text with their ends, to the character."""
    parts = text.split("\n", end_line)
    return "\n".join(parts[start_line - 1 : end_line]) + ("\n" if end_line < len(parts) else "")


def outline_of(path: str, text: str) -> Outline | None:
    """Return the outline of a file, or None when its language is unknown or it does not parse."""
    # A lone carriage return ends a line for some parsers and not for git: their numbers would not fit.
    if "\r" in text.replace("\r\n", ""):
        return None
    suffix = path.rpartition(".")[2].lower()
    if suffix in {"md", "markdown"}:
        from journeyman.retrieval import outline_markdown

        return outline_markdown.outline(text)
    if suffix in {"py", "pyi"}:
        from journeyman.retrieval import outline_python

        return outline_python.outline(text)
    from journeyman.retrieval import outline_syntax

    return outline_syntax.outline(suffix, text)


def _partition(around: Chunk, units: Iterable[Unit], lines: list[str]) -> Iterator[Chunk]:
    """Cut the lines of `around` into its units and what lies between them."""
    position = around.start_line
    for unit in units:
        start, end = max(unit.start, position), min(unit.end, around.end_line)
        if start > end:
            continue
        while start > position and _COMMENT.match(lines[start - 2]):
            start -= 1
        if start > position:
            yield replace(around, start_line=position, end_line=start - 1)
        names = (unit.name, *(inner.name for inner in unit.inner))
        if unit.inner and end - start >= _TOGETHER_LINES:
            scope = Chunk(start_line=start, end_line=end, symbol=unit.name, names=(unit.name,))
            yield from _partition(scope, unit.inner, lines)
        else:
            yield Chunk(start_line=start, end_line=end, symbol=unit.name, names=names)
        position = end + 1
    if position <= around.end_line:
        yield replace(around, start_line=position)


def _cut(piece: Chunk, lines: list[str], cuts: frozenset[int] | None) -> Iterator[Chunk]:
    """Cut a piece that is too long, where it is indented least."""
    start = piece.start_line
    while (limit := _reach(start, piece.end_line, lines)) < piece.end_line:
        earliest = start + 1 + (limit - start) // 3
        allowed = [line for line in range(earliest, limit + 2) if lines[line - 1].strip()]
        statements = [line for line in allowed if cuts is None or line in cuts] or allowed or [limit + 1]
        begin = min(statements, key=lambda line: (_indentation(lines[line - 1]), bool(lines[line - 2].strip()), -line))
        yield replace(piece, start_line=start, end_line=begin - 1)
        start = begin
    yield replace(piece, start_line=start)


def _reach(start: int, end: int, lines: list[str]) -> int:
    """Return the last line that still fits into a chunk begun at `start`; at least that line itself."""
    characters = 0
    for line in range(start, min(end, start + MAX_LINES - 1) + 1):
        characters += len(lines[line - 1]) + 1
        if characters > MAX_CHARACTERS:
            return max(line - 1, start)
    return min(end, start + MAX_LINES - 1)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _attach(pieces: Iterable[Chunk], lines: list[str]) -> Iterator[Chunk]:
    """Give lines that say nothing (blank, a closing brace) to the piece before them, or to the first."""
    before: Chunk | None = None
    for piece in pieces:
        if before is None:
            before = piece
        elif _is_hollow(lines[piece.start_line - 1 : piece.end_line]):
            before = replace(before, end_line=piece.end_line)
        else:
            yield before
            before = piece
    if before is not None:
        yield before


def _is_hollow(lines: list[str]) -> bool:
    said = 0
    for line in lines:
        said += len(_WORDS.findall(line))
        if said > _HOLLOW:
            return False
    return True


def _merge(pieces: Iterable[Chunk]) -> Iterator[Chunk]:
    """Let short definitions that stand side by side share a chunk."""
    before: Chunk | None = None
    for piece in pieces:
        if before is not None and _are_short_siblings(before, piece):
            before = replace(before, end_line=piece.end_line, symbol="", names=before.names + piece.names)
            continue
        if before is not None:
            yield before
        before = piece
    if before is not None:
        yield before


def _are_short_siblings(before: Chunk, piece: Chunk) -> bool:
    together = piece.end_line - before.start_line + 1
    short = piece.lines <= _SHORT_LINES and (before.lines <= _SHORT_LINES or not before.symbol)
    named = bool(before.names and piece.names) and before.names[-1] != piece.names[0]
    return short and named and together <= _TOGETHER_LINES and _scope(before.names[-1]) == _scope(piece.names[0])


def _scope(name: str) -> str:
    return name.rpartition(".")[0]
