"""Sums over a cart."""

from shop.line import Line


def piece_count(lines: list[Line]) -> int:
    """Return how many pieces the cart holds."""
    return sum(line.quantity for line in lines)


def subtotal_cents(lines: list[Line]) -> int:
    """Return the price of all lines in cents."""
    return sum(line.quantity * line.unit_cents for line in lines)
