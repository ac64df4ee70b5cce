"""Rules."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Allows or denies the paths that `pattern` describes, e.g. "docs/*.md" or "src/**"."""

    pattern: str
    allow: bool


def rules_of(text: str) -> list[Rule]:
    """Read lines such as "allow docs/**" and "deny docs/secret.md"."""
    rules = []
    for line in text.splitlines():
        if line.strip():
            word, pattern = line.split()
            rules.append(Rule(pattern, word == "allow"))
    return rules
