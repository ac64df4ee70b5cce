"""The cache."""

from shortlived.clock import ManualClock
from shortlived.entry import Entry


class Cache:
    """Keeps at most `capacity` values, each for `ttl` seconds."""

    def __init__(self, clock: ManualClock, ttl: int, capacity: int) -> None:
        self.clock = clock
        self.ttl = ttl
        self.capacity = capacity
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        """Return how many good values there are."""
        return len(self._entries)

    def put(self, key: str, value: object) -> None:
        """Keep a value; when the cache is full, drop the one that expires first."""
        self._entries[key] = Entry(value, self.clock.now + self.ttl)
        if len(self._entries) > self.capacity:
            self._entries.popitem()

    def get(self, key: str, default: object = None) -> object:
        """Return the value, or `default` when there is no good one."""
        entry = self._entries.get(key)
        if entry and entry.value and entry.is_good(self.clock.now):
            return entry.value
        return default
