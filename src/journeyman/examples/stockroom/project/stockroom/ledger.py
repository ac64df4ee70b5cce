"""What came in and what went out."""

from collections import Counter


class OutOfStockError(Exception):
    """More was asked for than there is."""


class Ledger:
    """Counts the items on the shelves by SKU."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def receive(self, sku: str, quantity: int) -> None:
        """Put items on the shelf."""
        if quantity <= 0:
            raise ValueError("quantity must be positive")
        self._counts[sku] += quantity

    def ship(self, sku: str, quantity: int) -> None:
        """Take items off the shelf."""
        if quantity <= 0:
            raise ValueError("quantity must be positive")
        if self._counts[sku] < quantity:
            raise OutOfStockError(f"{sku}: {quantity} wanted, {self._counts[sku]} there")
        self._counts[sku] -= quantity

    def quantity(self, sku: str) -> int:
        """Return how many are on the shelf; 0 for an SKU never seen."""
        return self._counts[sku]
