"""Card numbers as typed."""


def digits_only(text: str) -> str:
    """Return only the digits of `text`."""
    return "".join(char for char in text if char.isdigit())
