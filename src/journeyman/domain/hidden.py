"""Characters that nobody sees: taken out of a text before a person, a model or a forge reads it."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_ZERO_WIDTH = frozenset(
    "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\u00ad\u180b\u180c"
    "\u180d\u180e\u180f\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufff9\ufffa\ufffb\ufffc\u2028\u2029"
)
"""Letters and signs by their category, some of them, all drawn as nothing."""


def kind_of(mark: str) -> str:
    """Return how one character is unseen: `tag`, `bidi`, `zero-width` or `control`; empty for one that is seen.

    A tabulator is seen. Controls, formats, surrogates, private use and what is unassigned are not.
    """
    if mark.isascii():
        return "control" if (mark < " " and mark != "\t") or mark == "\x7f" else ""
    code = ord(mark)
    if 0xE0000 <= code <= 0xE007F:
        return "tag"
    if mark in _BIDI:
        return "bidi"
    if mark in _ZERO_WIDTH or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "zero-width"
    category = unicodedata.category(mark)
    return "control" if category in ("Cc", "Cs", "Co", "Cn") else "zero-width" if category == "Cf" else ""


def strip_hidden(text: str) -> str:
    """Return a text without hidden characters; every kind of line end becomes one line feed."""
    plain = _LINE_ENDS.sub("\n", text)
    return "".join(char for char in plain if char == "\n" or not kind_of(char))
