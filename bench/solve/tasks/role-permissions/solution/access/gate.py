"""The gate in front of every page."""

from access.roles import permissions_of


def may_open(role: str, needed: list[str]) -> bool:
    """Say whether `role` has every permission in `needed`."""
    granted = permissions_of(role)
    return all(permission in granted for permission in needed)
