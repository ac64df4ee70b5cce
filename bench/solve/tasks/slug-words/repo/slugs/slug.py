"""Slugs: the readable part of an address."""


def slugify(text: str) -> str:
    """Return `text` as lower-case letters and digits joined by single hyphens."""
    raise NotImplementedError


def is_slug(text: str) -> bool:
    """Say whether `text` already looks like a slug."""
    return bool(text) and text == text.lower() and " " not in text
