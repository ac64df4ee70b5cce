"""The values each field may have."""

LIMITS = {"minute": (0, 59), "hour": (0, 23), "weekday": (0, 6)}


def limits(field: str) -> tuple[int, int]:
    """Return the lowest and highest value of a field."""
    return LIMITS[field]
