"""Sums over a cart."""

from shop.line import Line


def piece_count(lines: list[Line]) -> int:
    """Return how many pieces the cart holds."""
    return sum(line.quantity for line in lines)
