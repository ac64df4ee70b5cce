"""Limits of the device."""

LOWEST = 0
HIGHEST = 100


def clamp(value: int, low: int = LOWEST, high: int = HIGHEST) -> int:
    """Return `value`, or the nearest limit when it lies outside."""
    return max(low, min(value, high))
