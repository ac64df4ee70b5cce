"""Roles and what they allow."""

ROLES = {
    "reader": {"read"},
    "writer": {"read", "write"},
    "admin": {"read", "write", "delete"},
}


def permissions_of(role: str) -> set[str]:
    """Return the permissions of a role; an unknown role has none."""
    return ROLES.get(role, set())
