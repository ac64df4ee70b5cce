"""Looking code up: what a model may ask of the index, answered as text that says where every line stands.

Each answer holds every snippet that the index returned, at least its place and signature, so that what the index's
recorder wrote down is what the model was shown. Lines of the repository carry their number: text that imitates an
answer of ours cannot pass for one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from journeyman.domain.context import Query, Snippet
from journeyman.domain.snapshot import Snapshot
from journeyman.ports.index import CodeIndex

MOST_HITS = 12
MOST_DEFINITIONS = 12
MOST_USES = 80
_LONGEST_NAME = 200
_LONGEST_LINE = 240
_LINES_OF_A_HIT = 30
_LINES_OF_ALL = 160
_LINES_OF_A_SIGNATURE = 6
_OPENS = re.compile(r"(:|\{|=>|;|=)\s*(#.*|//.*)?$")
_BEFORE_A_DEFINITION = re.compile(r"\s*(@|#|//|/\*|\*|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to one question about the code."""

    text: str
    """For the model."""
    snippets: tuple[Snippet, ...]
    """What the text shows, in its order."""


async def search_code(
    words: str, *, index: CodeIndex, tree: Snapshot, paths: tuple[str, ...] = (), limit: int = 8
) -> Found:
    """Find the code that words are about: a question, a name, an error message. Best first."""
    if not words.strip():
        return _refused("Give words to search for: a question, a name or an error message.")
    query = Query(text=words, paths=paths, limit=max(1, min(limit, MOST_HITS)))
    hits = await index.search(tree, query)
    if not hits:
        return _refused("Nothing in this repository matches these words. Try other words, or a name.")
    return Found(text=_show(hits), snippets=hits)


async def find_symbol(name: str, *, index: CodeIndex, tree: Snapshot) -> Found:
    """Find where a function, method, class or type is defined; `Cart.total` says which `total`."""
    if problem := _unfit(name):
        return _refused(problem)
    definitions = await index.symbols(tree, name.strip(), limit=MOST_DEFINITIONS)
    if not definitions:
        return _refused(f"Nothing in this repository defines `{name.strip()}`. search_code finds names like it.")
    more = f"\n\nThere may be more than these {len(definitions)}: qualify the name."
    return Found(text=_show(definitions) + (more if len(definitions) == MOST_DEFINITIONS else ""), snippets=definitions)


async def find_references(name: str, *, index: CodeIndex, tree: Snapshot) -> Found:
    """Find every line that uses a name, its definition included, file by file."""
    if problem := _unfit(name):
        return _refused(problem)
    uses = await index.references(tree, name.strip(), limit=MOST_USES)
    if not uses:
        return _refused(f"No line of this repository holds the word `{name.strip()}`.")
    parts = [f"{path}\n{_uses(list(inside))}" for path, inside in groupby(uses, key=lambda use: use.path)]
    more = f"\n\nThese are the first {len(uses)}; there may be more." if len(uses) == MOST_USES else ""
    return Found(text="\n\n".join(parts) + more, snippets=uses)


def signature_of(text: str) -> str:
    """Return the lines of a definition up to where its body begins; comments and decorators before it are left out."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if not _BEFORE_A_DEFINITION.match(line)), 0)
    for end in range(start, min(start + _LINES_OF_A_SIGNATURE, len(lines))):
        if _OPENS.search(lines[end]) and _balanced("\n".join(lines[start : end + 1])):
            return "\n".join(lines[start : end + 1])
    return lines[start]


def place_of(snippet: Snippet) -> str:
    """Return `path:first-last` and the definition, as people and models are told them."""
    where = f"{snippet.path}:{snippet.start_line}-{snippet.end_line}"
    return f"{where}  {snippet.symbol}" if snippet.symbol else where


def _balanced(text: str) -> bool:
    return all(text.count(opening) <= text.count(closing) for opening, closing in ("()", "[]"))


def _unfit(name: str) -> str:
    if not name.strip() or len(name) > _LONGEST_NAME or "\n" in name.strip():
        return f"Give one name, of at most {_LONGEST_NAME} characters."
    return ""


def _refused(text: str) -> Found:
    return Found(text=text, snippets=())


def _show(snippets: Sequence[Snippet]) -> str:
    parts, left = [], _LINES_OF_ALL
    for snippet in snippets:
        shown = min(_LINES_OF_A_HIT, left)
        parts.append(f"{place_of(snippet)}\n{_numbered(snippet, shown)}")
        left = max(left - (snippet.end_line - snippet.start_line + 1), 0)
    return "\n\n".join(parts)


def _numbered(snippet: Snippet, most: int) -> str:
    """Return a snippet with a number before each line: whole, its first lines, or just its signature."""
    lines = snippet.text.removesuffix("\n").split("\n")
    start, shown = 0, lines
    if len(lines) > most:
        signature = signature_of(snippet.text).split("\n")
        start = lines.index(signature[0]) if most < len(signature) else 0
        shown = signature if most < len(signature) else lines[:most]
    numbered = [_line(snippet.start_line + start + place, line) for place, line in enumerate(shown)]
    left = len(lines) - start - len(shown)
    if left:
        next_line = snippet.start_line + start + len(shown)
        numbered.append(f"      … {left} more lines, {snippet.path}:{next_line}-{snippet.end_line}")
    return "\n".join(numbered)


def _line(number: int, line: str) -> str:
    clipped = line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
    return f"{number:>5} | {clipped}"


def _uses(uses: Sequence[Snippet]) -> str:
    parts, symbol = [], ""
    for use in uses:
        if use.symbol != symbol:
            symbol = use.symbol
            parts.append(f"      in {symbol}" if symbol else "      outside of any definition")
        parts.append(_line(use.start_line, use.text.rstrip()))
    return "\n".join(parts)
