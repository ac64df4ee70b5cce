"""Writing Roman numerals."""


def to_roman(number: int) -> str:
    """Return `number` (1 to 3999) as a Roman numeral."""
    raise NotImplementedError
