"""Slugs: the readable part of an address."""


def slugify(text: str) -> str:
    """Return `text` as lower-case letters and digits joined by single hyphens."""
    words = []
    current = ""
    for char in text.lower():
        if char.isalnum():
            current += char
        elif current:
            words.append(current)
            current = ""
    if current:
        words.append(current)
    return "-".join(words)


def is_slug(text: str) -> bool:
    """Say whether `text` already looks like a slug."""
    return bool(text) and text == text.lower() and " " not in text
