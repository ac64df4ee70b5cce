"""What a command left that harms nobody who knows of it: odd names, and what everyone may write."""

import os
import stat
import unicodedata
from dataclasses import dataclass, field

from journeyman.adapters.sandboxes.treewalk import Visited

_TOLD_MAX = 1000
_NAME_BYTES_MAX = 200
_DEPTH_MAX = 100
_INVISIBLE = frozenset(["Cc", "Cf", "Zl", "Zp", "Cn", "Co"])


@dataclass(slots=True)
class Oddities:
    """Gathers them from entries that were made or changed since a time, in ns of the clock."""

    since_ns: int
    found: list[tuple[str, str]] = field(default_factory=list, init=False)
    """(path, what is odd), the first thousand."""

    def look(self, entry: Visited) -> None:
        """Look at one entry."""
        if len(self.found) < _TOLD_MAX and entry.status.st_ctime_ns >= self.since_ns and (odd := _oddity(entry)):
            self.found.append((entry.path, odd))


def _oddity(entry: Visited) -> str | None:
    mode = entry.status.st_mode
    if entry.levels and (misread := _misread(entry.name)):
        return misread
    if len(entry.levels) == _DEPTH_MAX and stat.S_ISDIR(mode):
        return f"lies {_DEPTH_MAX} directories deep: tools may not reach it"
    if mode & stat.S_IWOTH and not stat.S_ISLNK(mode) and not mode & stat.S_ISVTX:
        return f"mode {stat.S_IMODE(mode):o}: every user of this machine may write it"
    return None


def _misread(name: str) -> str | None:
    if name.startswith("-"):
        return "a name that a command line reads as an option"
    try:
        text = os.fsencode(name).decode()
    except UnicodeDecodeError:
        return "a name that is no text"
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        return "a name with characters that are not shown"
    return "a name longer than most tools expect" if len(os.fsencode(name)) > _NAME_BYTES_MAX else None
