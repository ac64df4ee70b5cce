"""Words: text and code as comparable terms, with identifiers both whole and split, and prose stemmed."""

import re
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from Stemmer import Stemmer

_WORD = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_QUOTED = re.compile(r"`([^`\n]+)`")
_WORD_OR_CALL = re.compile(r"\w+|\(|[^\w(]+")
_LONGEST = 60
_REMEMBERED = 50_000
_STOP = frozenset(
    _WORD.findall(
        "a an and are as at be been but by can could do does doing did done for from had has have how if in into is it "
        "its just may might more most no not of on only or our out should so some such than that the their them then "
        "there these they this those to too up very via was we were what when where which while who why will with "
        "would you your also now instead"
    )
)


@lru_cache(_REMEMBERED)
def terms_of_word(word: str) -> tuple[str, ...]:
    """Return the terms of one word: `getHTTPCode2` is itself, get, http, code and 2."""
    whole = word.lower().strip("_")
    # Case tells parts apart in ASCII only; a word of another alphabet is split at underscores.
    spelled = _PART.findall(word) if word.isascii() else word.split("_")
    if len(spelled) == 1:
        stem = _stem(whole)
        return () if whole in _STOP or stem in _STOP else (stem,)
    parts = (_stem(part.lower()) for part in spelled if len(part) > 1 or part.isdigit())
    return (whole, *(part for part in parts if part not in _STOP)) if whole else ()


def stems(word: str) -> tuple[str, ...]:
    """Return the stemmed parts of one word, without the word as a whole when it has several."""
    found = terms_of_word(word)
    return found[1:] if len(found) > 1 else found


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order."""
    return [word for word in _WORD.findall(text) if len(word) <= _LONGEST]


def terms(text: str) -> list[str]:
    """Return the terms of a text, in order, repeats included."""
    found: list[str] = []
    for word in _WORD.findall(text):
        if len(word) <= _LONGEST:
            found += terms_of_word(word)
    return found


def counted(text: str) -> Counter[int]:
    """Return how often each term of a text occurs, by the term's number."""
    found: Counter[int] = Counter()
    for word, count in Counter(_WORD.findall(text)).items():
        if len(word) <= _LONGEST:
            for number in _numbers_of_word(word):
                found[number] += count
    return found


def number_of(name: str) -> int:
    """Return the 32-bit number that stands for a term or name, in every index and process.

    Two of 200,000 names share a number about four times; the price is a slightly wrong score.
    """
    return crc32(name.encode("utf-8", "surrogatepass"))


@lru_cache(_REMEMBERED)
def _numbers_of_word(word: str) -> tuple[int, ...]:
    return tuple(map(number_of, terms_of_word(word)))


def identifiers(text: str) -> frozenset[str]:
    """Return the words of a text that are meant as names of code (spelled, quoted or called so), in lower case."""
    words = [word for word in _WORD.findall(text) if len(word) <= _LONGEST]
    quoted = {word for code in _QUOTED.findall(text) for word in _WORD.findall(code)}
    called = {before for before, mark in pairwise(_WORD_OR_CALL.findall(text)) if mark == "("}
    named = (word for word in words if word in quoted or word in called or len(_PART.findall(word)) > 1)
    return frozenset(word.lower().strip("_") for word in named)


def _stem(word: str) -> str:
    return _stemmer().stemWord(word) if word.isascii() and word.isalpha() else word


@cache
def _stemmer() -> "Stemmer":
    from Stemmer import Stemmer

    # Its own cache is off: terms are remembered above.
    return Stemmer("english", 0)
