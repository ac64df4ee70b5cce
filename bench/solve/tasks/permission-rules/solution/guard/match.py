"""Matching paths."""

from fnmatch import fnmatchcase


def matches(pattern: str, path: str) -> bool:
    """Say whether `pattern` describes `path`."""
    return match_parts(pattern.split("/"), path.split("/"))


def match_parts(pattern: list[str], path: list[str]) -> bool:
    """Match segment by segment; "**" stands for any number of segments."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(match_parts(pattern[1:], path[skip:]) for skip in range(len(path) + 1))
    if not path:
        return False
    return fnmatchcase(path[0], pattern[0]) and match_parts(pattern[1:], path[1:])
