"""Who pays what."""

from bill.money import show, to_cents
from bill.split import shares


def who_pays(total: str, names: list[str]) -> dict[str, str]:
    """Return the amount that each person pays."""
    parts = shares(to_cents(total), len(names))
    return {name: show(part) for name, part in zip(names, parts)}
