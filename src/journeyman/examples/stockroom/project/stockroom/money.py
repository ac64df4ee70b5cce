"""Amounts of money, held as whole cents."""

import re

_AMOUNT = re.compile(r"(-?)(\d+)(?:\.(\d{2}))?")


def parse_cents(text: str) -> int:
    """Return the cents in a text such as `12`, `12.50` or `-0.99`."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise ValueError(f"not an amount: {text!r}")
    cents = int(found[2]) * 100 + int(found[3] or 0)
    return -cents if found[1] else cents


def format_cents(cents: int) -> str:
    """Return cents as a text with two decimals, e.g. `-0.99`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
