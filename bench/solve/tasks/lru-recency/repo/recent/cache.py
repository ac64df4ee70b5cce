"""The cache."""


class RecentCache:
    """Holds at most `capacity` entries; the least recently used one goes first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._entries: dict[str, object] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def keys(self) -> list[str]:
        """Return the keys, least recently used first."""
        return list(self._entries)

    def get(self, key: str) -> object:
        """Return the value of `key`, or None."""
        return self._entries.get(key)

    def put(self, key: str, value: object) -> None:
        """Store a value, dropping the least recently used entry when the cache is full."""
        if len(self._entries) >= self.capacity:
            oldest = next(iter(self._entries))
            del self._entries[oldest]
        self._entries[key] = value
