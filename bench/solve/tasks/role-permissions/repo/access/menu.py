"""The menu that a role sees."""

from access.gate import may_open

PAGES = {
    "home": ["read"],
    "editor": ["read", "write"],
    "trash": ["read", "delete"],
}


def menu(role: str) -> list[str]:
    """Return the pages that `role` may open, in order."""
    return [page for page, needed in PAGES.items() if may_open(role, needed)]
