"""The order of steps."""

from builder.errors import CycleError
from builder.steps import Steps


def build_order(steps: Steps) -> list[str]:
    """Return all names so that every step comes after everything it needs."""
    order: list[str] = []
    waiting = set(steps.names())
    while waiting:
        ready = [name for name in waiting if not steps.needs(name) & waiting]
        if not ready:
            raise CycleError(sorted(waiting))
        chosen = min(ready)
        order.append(chosen)
        waiting.remove(chosen)
    return order
