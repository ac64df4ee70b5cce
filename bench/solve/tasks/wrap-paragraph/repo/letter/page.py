"""A whole letter."""

from letter.paragraphs import paragraphs
from letter.wrap import wrap


def page(text: str, width: int) -> str:
    """Return every paragraph wrapped, with a blank line between paragraphs."""
    return "\n\n".join("\n".join(wrap(piece, width)) for piece in paragraphs(text))
