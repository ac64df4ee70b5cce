"""Invoices for several departments."""

from ledger.allocate import allocate
from ledger.money import Money


def charge(amount: Money, headcounts: dict[str, int]) -> dict[str, str]:
    """Return what each department pays, in proportion to its number of people."""
    parts = allocate(amount, list(headcounts.values()))
    return {name: str(part) for name, part in zip(headcounts, parts)}
