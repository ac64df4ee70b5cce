"""Sending with several attempts."""

from collections.abc import Callable

from resend.errors import GaveUp, SendError
from resend.policy import delay_s, is_temporary


def send(call: Callable[[], str], attempts: int, sleep: Callable[[int], None]) -> str:
    """Return what `call` returns, trying at most `attempts` times; `sleep` waits some seconds."""
    for attempt in range(1, attempts + 1):
        try:
            return call()
        except SendError as error:
            if not is_temporary(error):
                raise
            if attempt == attempts:
                raise GaveUp(attempts) from error
            sleep(delay_s(attempt))
    raise GaveUp(attempts)
