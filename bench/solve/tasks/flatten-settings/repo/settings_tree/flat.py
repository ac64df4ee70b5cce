"""Settings with dotted names."""


def flatten(tree: dict) -> dict[str, object]:
    """Return one entry per value, under its dotted path."""
    raise NotImplementedError
