"""One file, cut into chunks and counted: what is kept of it, the same for every tree that holds it."""

import json
import re
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from journeyman.retrieval.chunk import Chunk, chunks_of, lines_of
from journeyman.retrieval.words import counted, number_of

FIELDS = ("name", "prose", "body")
_PROSE = re.compile(
    r'"""[\s\S]*?"""|' + r"'''[\s\S]*?'''" + r"|/\*[\s\S]*?\*/|^[ \t]*(?://|#|--|\*).*$",
    re.MULTILINE,
)
"""Docstrings and comments, as far as a line tells."""
_REFERENCE = re.compile(r"[^\W\d]\w{2,59}")
_LAST_NAME = re.compile(r"[.:> ]+")
_MOST = 255
_HEAD = struct.Struct("<6I")


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFile:
    """The chunks of a file and their words by number; `n` chunks, `p` words in chunks, `d` dimensions."""

    chunks: tuple[Chunk, ...]
    lengths: NDArray[np.float32]
    """n x 3: how many words each field of a chunk has."""
    terms: NDArray[np.uint32]
    """p: a term's number, chunk by chunk."""
    places: NDArray[np.uint32]
    """p: the chunk it is in."""
    counts: NDArray[np.uint8]
    """p x 3: how often, by field; at most 255."""
    references: NDArray[np.uint32]
    """Numbers of the names that the file uses, sorted."""
    vectors: NDArray[np.float32]
    """n x d."""

    def with_vectors(self, vectors: NDArray[np.float32]) -> "CutFile":
        """Return the same file with these vectors."""
        return replace(self, vectors=vectors)

    def packed(self) -> bytes:
        """Return all of it as bytes."""
        table = [[chunk.start_line, chunk.end_line, chunk.symbol, list(chunk.names)] for chunk in self.chunks]
        names = json.dumps(table, separators=(",", ":")).encode()
        rows, width = self.vectors.shape
        head = _HEAD.pack(len(names), len(self.chunks), len(self.terms), len(self.references), rows, width)
        arrays = (self.lengths, self.terms, self.places, self.counts, self.references, self.vectors)
        return b"".join([head, names, *(array.tobytes() for array in arrays)])

    @classmethod
    def unpacked(cls, data: bytes) -> "CutFile":
        """Return what `packed` made bytes of; the arrays are views."""
        table_size, chunks, postings, references, rows, width = _HEAD.unpack_from(data)
        names = data[_HEAD.size : _HEAD.size + table_size]
        position = _HEAD.size + table_size

        def take(kind: type[np.generic], count: int) -> NDArray[np.generic]:
            nonlocal position
            array = np.frombuffer(data, kind, count, position)
            position += array.nbytes
            return array

        return cls(
            chunks=tuple(
                Chunk(start_line=start, end_line=end, symbol=symbol, names=tuple(inside))
                for start, end, symbol, inside in json.loads(names)
            ),
            lengths=take(np.float32, chunks * len(FIELDS)).reshape(chunks, len(FIELDS)),  # type: ignore[arg-type]
            terms=take(np.uint32, postings),  # type: ignore[arg-type]
            places=take(np.uint32, postings),  # type: ignore[arg-type]
            counts=take(np.uint8, postings * len(FIELDS)).reshape(postings, len(FIELDS)),  # type: ignore[arg-type]
            references=take(np.uint32, references),  # type: ignore[arg-type]
            vectors=take(np.float32, rows * width).reshape(rows, width),  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A file that has been cut but not embedded yet."""

    file: CutFile
    texts: tuple[str, ...]
    """One per chunk, for an embedder: path and names on the first line, then the chunk."""


def cut(path: str, text: str) -> Cut:
    """Cut a file and count its words, field by field."""
    chunks, lines = chunks_of(path, text), lines_of(text)
    return counted_file(path, chunks, ["\n".join(lines[chunk.start_line - 1 : chunk.end_line]) for chunk in chunks])


def counted_file(path: str, chunks: tuple[Chunk, ...], bodies: Sequence[str]) -> Cut:
    """Count the words of chunks, given the text of each."""
    whole = "\n".join(bodies)
    lengths = np.zeros((len(chunks), len(FIELDS)), np.float32)
    terms: list[int] = []
    places: list[int] = []
    counts: list[tuple[int, ...]] = []
    for place, (chunk, body) in enumerate(zip(chunks, bodies, strict=True)):
        fields = _fields(chunk, body)
        lengths[place] = [field.total() for field in fields]
        for term in fields[0] | fields[1] | fields[2]:
            terms.append(term)
            places.append(place)
            counts.append(tuple(min(field[term], _MOST) for field in fields))
    file = CutFile(
        chunks=chunks,
        lengths=lengths,
        terms=np.array(terms, np.uint32),
        places=np.array(places, np.uint32),
        counts=np.array(counts, np.uint8).reshape(len(terms), len(FIELDS)),
        references=np.unique(np.array([number_of(name) for name in set(_REFERENCE.findall(whole))], np.uint32)),
        vectors=np.zeros((0, 0), np.float32),
    )
    heads = (f"{path} {' '.join(chunk.names)}" for chunk in chunks)
    return Cut(file=file, texts=tuple(f"{head}\n{body}" for head, body in zip(heads, bodies, strict=True)))


def last_names(names: Iterable[str]) -> list[str]:
    """Return the last part of each qualified name: what is written where it is used."""
    return [_LAST_NAME.split(name)[-1] for name in names]


def _fields(chunk: Chunk, body: str) -> tuple[Counter[int], Counter[int], Counter[int]]:
    prose = " ".join(_PROSE.findall(body))
    code = _PROSE.sub(" ", body) if prose else body
    return counted(" ".join(chunk.names)), counted(prose), counted(code)
