"""Figures about a survey."""

from survey.columns import column


def mean(values: list[float]) -> float:
    """Return the arithmetic mean; 0.0 for no values."""
    return sum(values) / len(values) if values else 0.0


def mean_of(rows: list[dict[str, str]], name: str) -> float:
    """Return the mean of a column of numbers."""
    return mean([float(value) for value in column(rows, name)])
