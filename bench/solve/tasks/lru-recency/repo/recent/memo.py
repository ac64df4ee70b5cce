"""Remembering results of a function."""

from recent.cache import RecentCache


class Memo:
    """Calls a function of one string and remembers its newest results."""

    def __init__(self, function, capacity: int) -> None:
        self._function = function
        self._cache = RecentCache(capacity)
        self.calls = 0

    def __call__(self, key: str) -> object:
        value = self._cache.get(key)
        if value is None:
            self.calls += 1
            value = self._function(key)
            self._cache.put(key, value)
        return value
