"""Why one attempt at an endpoint brought no answer, in words that no SDK has a part in."""

from enum import StrEnum

_TRANSIENT_STATUS = frozenset({408, 409, 429, *range(500, 600)})


class Reason(StrEnum):
    """What kind of failure it was."""

    MISUSE = "misuse"
    """It cannot be asked that."""
    KEY = "key"
    MODEL = "model"
    """It does not know the model, or there is nothing at that address."""
    WINDOW = "window"
    """The prompt is too long."""
    QUOTA = "quota"
    """Nothing left to spend: waiting does not help."""
    STATUS = "status"
    """Any other answer that says it failed."""
    BROKEN = "broken"
    """No answer, or one that is none: a connection that broke, a deadline that passed, a body cut short."""


class Failure(Exception):  # noqa: N818 - one attempt failed; what is an error is decided by who retries
    """One attempt that failed."""

    def __init__(
        self, reason: Reason, said: str, *, status: int = 0, retry_after_s: float | None = None, page: bool = False
    ) -> None:
        """`said` may hold whatever the endpoint echoed; `page` says that it was a web page."""
        super().__init__(said)
        self.reason = reason
        self.said = said
        self.retry_after_s = retry_after_s
        self.page = page
        self.transient = reason is Reason.BROKEN or (reason is not Reason.QUOTA and status in _TRANSIENT_STATUS)


def is_page(text: str) -> bool:
    """Tell whether a body is a web page, as proxies and login pages send them."""
    lower = text.lower()
    return "<html" in lower or "<!doctype html" in lower
