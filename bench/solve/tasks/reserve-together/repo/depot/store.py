"""The goods in the depot."""


class Store:
    """How many pieces of each kind are free."""

    def __init__(self, **counts: int) -> None:
        self._counts = dict(counts)

    def free(self, name: str) -> int:
        """Return how many pieces of `name` are free."""
        return self._counts.get(name, 0)

    def take(self, name: str, count: int) -> None:
        """Remove `count` pieces."""
        self._counts[name] = self.free(name) - count
