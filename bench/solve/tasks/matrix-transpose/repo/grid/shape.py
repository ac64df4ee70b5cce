"""The shape of a matrix."""


def shape(matrix: list[list[int]]) -> tuple[int, int]:
    """Return (rows, columns)."""
    if not matrix:
        return (0, 0)
    return (len(matrix), len(matrix[0]))
