"""Lines of a cart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """So many pieces of one product, with the price of one piece in cents."""

    product: str
    quantity: int
    unit_cents: int
