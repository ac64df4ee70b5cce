"""What can go wrong."""


class SendError(Exception):
    """A message was not sent; `status` is the answer of the other side."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class GaveUp(Exception):
    """All attempts failed; `attempts` says how many there were."""

    def __init__(self, attempts: int) -> None:
        super().__init__(f"gave up after {attempts} attempts")
        self.attempts = attempts
