"""Finding one setting."""


def find(tree: dict, path: str) -> object:
    """Return the value at a dotted path such as "web.port", or None."""
    node: object = tree
    for name in path.split("."):
        if not isinstance(node, dict) or name not in node:
            return None
        node = node[name]
    return node
