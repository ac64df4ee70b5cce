"""Settings with dotted names."""


def flatten(tree: dict) -> dict[str, object]:
    """Return one entry per value, under its dotted path."""
    flat: dict[str, object] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            inner = flatten(value)
        elif isinstance(value, list):
            inner = flatten({str(index): item for index, item in enumerate(value)})
        else:
            flat[name] = value
            continue
        if not inner:
            flat[name] = value
        for path, item in inner.items():
            flat[f"{name}.{path}"] = item
    return flat
