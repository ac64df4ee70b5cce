"""One kept value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A value that is good until, not including, the second `expires`."""

    value: object
    expires: int

    def is_good(self, now: int) -> bool:
        """Say whether the value may still be used at second `now`."""
        return now < self.expires
