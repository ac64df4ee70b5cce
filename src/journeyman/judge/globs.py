"""Globs over POSIX paths: `*` stays within a name, `**` crosses folders, a bare folder means all below it."""

import re
from collections.abc import Iterable
from functools import lru_cache

_TOKEN = re.compile(r"(\*\*/|\*\*|\*|\?)")
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Return whether any pattern matches the path, from the root of the tree."""
    return any(_compiled(pattern).fullmatch(path) for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    pattern = pattern.removeprefix("./").rstrip("/")
    body = "".join(_MEANING.get(part) or re.escape(part) for part in _TOKEN.split(pattern))
    return re.compile(f"{body}(?:/.*)?", re.DOTALL)
