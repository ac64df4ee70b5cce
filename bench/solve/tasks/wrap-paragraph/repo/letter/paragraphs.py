"""Paragraphs."""


def paragraphs(text: str) -> list[str]:
    """Return the pieces of `text` between blank lines."""
    pieces = [piece.strip() for piece in text.split("\n\n")]
    return [piece for piece in pieces if piece]
