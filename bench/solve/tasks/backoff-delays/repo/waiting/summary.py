"""Facts about a plan."""

from waiting.delays import delays
from waiting.plan import Plan


def worst_case_ms(plan: Plan) -> int:
    """Return how long all delays of the plan take together."""
    return sum(delays(plan))


def describe(plan: Plan) -> str:
    """Return the plan in words."""
    return f"{plan.attempts} attempts, starting at {plan.first_ms} ms"
