"""Delays between attempts."""

from waiting.plan import Plan


def delays(plan: Plan) -> list[int]:
    """Return the delay in milliseconds before each attempt after the first one."""
    result = []
    delay = plan.first_ms
    for _ in range(plan.attempts - 1):
        result.append(min(delay, plan.cap_ms))
        delay *= plan.factor
    return result
