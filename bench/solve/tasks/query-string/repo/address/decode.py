"""Undoing the encoding of an address."""

from urllib.parse import unquote


def decode(text: str) -> str:
    """Return `text` with "+" as a space and "%41"-like codes as characters."""
    return unquote(text.replace("+", " "))
