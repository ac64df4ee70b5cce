"""The order of steps."""

from builder.steps import Steps


def build_order(steps: Steps) -> list[str]:
    """Return all names so that every step comes after everything it needs."""
    raise NotImplementedError
