"""Amounts of money."""


def to_cents(text: str) -> int:
    """Read an amount such as "12.50" as cents."""
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])


def show(cents: int) -> str:
    """Write cents as an amount such as "12.50"."""
    return f"{cents // 100}.{cents % 100:02d}"
