"""Decisions."""

from guard.match import matches
from guard.rule import Rule


def may_use(rules: list[Rule], path: str) -> bool:
    """Say whether `path` may be used under the rules."""
    found = [rule for rule in rules if matches(rule.pattern, path)]
    if not found:
        return False
    longest = max(len(rule.pattern) for rule in found)
    return all(rule.allow for rule in found if len(rule.pattern) == longest)
