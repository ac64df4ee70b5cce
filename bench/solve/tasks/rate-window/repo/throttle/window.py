"""A limit over the last seconds."""


class Window:
    """Allows at most `limit` calls in any `seconds` seconds."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds
        self.times: list[int] = []

    def allow(self, now: int) -> bool:
        """Say whether a call at second `now` is allowed, and count it if so."""
        self.times.append(now)
        self.times = [time for time in self.times if time >= now - self.seconds]
        return len(self.times) <= self.limit
