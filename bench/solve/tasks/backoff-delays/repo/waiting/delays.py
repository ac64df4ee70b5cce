"""Delays between attempts."""

from waiting.plan import Plan


def delays(plan: Plan) -> list[int]:
    """Return the delay in milliseconds before each attempt after the first one."""
    raise NotImplementedError
