"""When to try again, and when."""

from resend.errors import SendError


def is_temporary(error: SendError) -> bool:
    """Say whether another attempt may succeed."""
    return error.status >= 400


def delay_s(attempt: int) -> int:
    """Return the seconds to wait after failed attempt number `attempt` (the first is 1)."""
    return min(2 * attempt, 30)
