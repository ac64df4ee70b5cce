"""One edit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hunk:
    """Replaces the lines `old`, found from line `start` on (the first line is 1), by `new`."""

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]
