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
        self._drop_expired()
        return len(self._entries)

    def _drop_expired(self) -> None:
        now = self.clock.now
        self._entries = {key: entry for key, entry in self._entries.items() if entry.is_good(now)}

    def put(self, key: str, value: object) -> None:
        """Keep a value; when the cache is full, drop the one that expires first."""
        self._drop_expired()
        if key not in self._entries and len(self._entries) >= self.capacity:
            first = min(self._entries, key=lambda name: self._entries[name].expires)
            del self._entries[first]
        self._entries[key] = Entry(value, self.clock.now + self.ttl)

    def get(self, key: str, default: object = None) -> object:
        """Return the value, or `default` when there is no good one."""
        entry = self._entries.get(key)
        if entry is not None and entry.is_good(self.clock.now):
            return entry.value
        return default
