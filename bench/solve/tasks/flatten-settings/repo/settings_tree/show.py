"""Settings as lines."""

from settings_tree.flat import flatten


def lines(tree: dict) -> list[str]:
    """Return "path = value" for every value, sorted by path."""
    return [f"{path} = {value!r}" for path, value in sorted(flatten(tree).items())]
