"""One change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A field that was "added", "removed" or "changed"."""

    kind: str
    field: str
    old: object = None
    new: object = None
