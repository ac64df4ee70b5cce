"""A question, read once: its words, what it names as code, and the files it points at."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from journeyman.domain.context import Query
from journeyman.retrieval.words import counted, identifiers

_MOST_CHARACTERS = 20_000
_MOST_TERMS = 200
"""A log pasted into a spec has thousands of words; the most frequent ones say what it is about."""
_NAMED_PATH = re.compile(r"[\w./-]+")
_LONGEST_PATH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a query asks for."""

    text: str
    title: str
    """Its first line."""
    words: Mapping[int, int]
    """Term number -> how often."""
    title_words: Mapping[int, int]
    names: frozenset[str]
    """Words meant as names of code, lower case."""
    paths: frozenset[str]
    """What may be the end of a path."""
    given: frozenset[str]
    """Whole paths that come first."""


def read(query: Query) -> Question:
    """Read a query; what is far too long is cut off."""
    text = query.text.strip()[:_MOST_CHARACTERS]
    title = text.partition("\n")[0]
    said = (word.strip("./") for word in _NAMED_PATH.findall(text) if len(word) <= _LONGEST_PATH)
    return Question(
        text=text,
        title=title,
        words=_most(counted(text)),
        title_words=_most(counted(title)),
        names=identifiers(text),
        paths=frozenset(word for word in said if "." in word or "/" in word) | set(query.paths),
        given=frozenset(query.paths),
    )


def _most(words: Counter[int]) -> dict[int, int]:
    return dict(words.most_common(_MOST_TERMS))
