"""Matrices turned around."""


def mirrored(matrix: list[list[int]]) -> list[list[int]]:
    """Return the matrix with every row reversed."""
    return [list(reversed(row)) for row in matrix]
