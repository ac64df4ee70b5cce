"""Brands of cards."""

from payments.clean import digits_only


def brand(number: str) -> str:
    """Guess the brand from the first digit."""
    first = digits_only(number)[:1]
    return {"4": "visa", "5": "mastercard"}.get(first, "unknown")
