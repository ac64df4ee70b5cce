"""Names of runs: short, in the order they were made, safe in branch names and paths."""

import secrets
import threading
import time
from datetime import UTC, datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_lock = threading.Lock()
_latest_us = 0


def new_run_id() -> str:
    """Return a name like `20261122-153012-k3f9x7q`.

    The first four of the last seven characters are the microsecond, which never repeats within a
    process; the other three are chance, and keep processes apart.
    """
    global _latest_us  # noqa: PLW0603 - the one thing all threads of a process must agree on
    with _lock:
        _latest_us = max(time.time_ns() // 1000, _latest_us + 1)
        second, microsecond = divmod(_latest_us, 1_000_000)
    stamp = datetime.fromtimestamp(second, tz=UTC).strftime("%Y%m%d-%H%M%S")
    chance = "".join(secrets.choice(_DIGITS) for _ in range(3))
    return f"{stamp}-{_base36(microsecond)}{chance}"


def _base36(number: int) -> str:
    digits = []
    for _ in range(4):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
