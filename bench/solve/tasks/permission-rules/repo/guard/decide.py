"""Decisions."""

from guard.match import matches
from guard.rule import Rule


def may_use(rules: list[Rule], path: str) -> bool:
    """Say whether `path` may be used under the rules."""
    raise NotImplementedError
