"""Kinds of links."""


def is_external(link: str) -> bool:
    """Say whether a link leads to another site."""
    return link.startswith(("http://", "https://", "mailto:"))
