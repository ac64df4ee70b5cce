"""One window per user."""

from throttle.window import Window


class Gate:
    """Keeps a separate limit for every user."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds
        self._windows: dict[str, Window] = {}

    def allow(self, user: str, now: int) -> bool:
        """Say whether a call of `user` at second `now` is allowed."""
        window = self._windows.setdefault(user, Window(self.limit, self.seconds))
        return window.allow(now)
