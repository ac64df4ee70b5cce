"""From numbers back to code: the lines of a chunk, and the lines that use a name."""

import re
from collections.abc import Iterator, Mapping

import numpy as np

from journeyman.domain.context import Snippet
from journeyman.retrieval.chunk import text_of_lines
from journeyman.retrieval.layout import Layout


def file_of(layout: Layout, chunk: int) -> int:
    """Return the number of the file that a chunk is in."""
    return int(np.searchsorted(layout.firsts, chunk, side="right")) - 1


def snippet_of(layout: Layout, chunk: int, texts: Mapping[int, str], *, retriever: str, score: float = 1.0) -> Snippet:
    """Return a chunk as people and models see it; `texts` holds its file."""
    file = file_of(layout, chunk)
    start, end = (int(line) for line in layout.lines[chunk])
    return Snippet(
        path=layout.paths[file],
        start_line=start,
        end_line=end,
        text=text_of_lines(texts[file], start, end),
        blob=layout.blobs[file],
        score=score,
        retriever=retriever,
        symbol=layout.symbols[chunk],
    )


def uses_of(layout: Layout, texts: Mapping[int, str], name: str) -> Iterator[Snippet]:
    """Yield every line that holds a name as a whole word."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for file, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            if word.search(line):
                yield Snippet(
                    path=layout.paths[file],
                    start_line=number,
                    end_line=number,
                    text=line + "\n",
                    blob=layout.blobs[file],
                    score=1.0,
                    retriever="reference",
                    symbol=_definition_at(layout, file, number),
                )


def _definition_at(layout: Layout, file: int, line: int) -> str:
    """Return the symbol of the chunk that holds a line, empty when it is no definition."""
    first, last = int(layout.firsts[file]), int(layout.firsts[file + 1])
    chunk = first + int(np.searchsorted(layout.lines[first:last, 0], line, side="right")) - 1
    return layout.symbols[chunk] if chunk >= first else ""
