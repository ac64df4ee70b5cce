"""New matrices."""


def filled(rows: int, columns: int, value: int) -> list[list[int]]:
    """Return a matrix that holds `value` everywhere."""
    return [[value] * columns for _ in range(rows)]
