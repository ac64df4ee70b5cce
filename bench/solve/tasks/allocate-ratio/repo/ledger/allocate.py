"""Parts of an amount."""

from ledger.money import Money


def allocate(amount: Money, weights: list[int]) -> list[Money]:
    """Return one part per weight; the parts add up to `amount`."""
    raise NotImplementedError
