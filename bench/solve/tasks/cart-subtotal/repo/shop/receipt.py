"""Money as people read it."""


def format_cents(cents: int) -> str:
    """Return an amount such as 1250 as "12.50"."""
    return f"{cents // 100}.{cents % 100:02d}"
