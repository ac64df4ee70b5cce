"""Cutting an address in pieces."""


def query_of(url: str) -> str:
    """Return what stands between the first "?" and the first "#" after it."""
    _, _, rest = url.partition("?")
    return rest.partition("#")[0]


def path_of(url: str) -> str:
    """Return what stands before the first "?"."""
    return url.partition("?")[0]
