"""Characters that nobody sees: taken out of a text before a person, a model or a forge reads it."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_BLANK = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufff9\ufffa\ufffb\ufffc")
"""Letters and signs by their category, drawn as nothing."""
_SEEN = frozenset("\n\t")


def is_hidden(character: str) -> bool:
    """Say whether one character is drawn as nothing or turns what stands around it."""
    if character.isascii() and character.isprintable():
        return False
    if character in _BLANK or 0xFE00 <= ord(character) <= 0xFE0F or 0x180B <= ord(character) <= 0x180F:
        return True
    # Controls, formats (zero width, bidi, tags), surrogates, private use, unassigned and variation selectors.
    return unicodedata.category(character)[0] == "C" or 0xE0100 <= ord(character) <= 0xE01EF


def strip_hidden(text: str) -> str:
    """Return a text without hidden characters; every kind of line end becomes one line feed."""
    plain = _LINE_ENDS.sub("\n", text)
    return "".join(char for char in plain if char in _SEEN or not is_hidden(char))
