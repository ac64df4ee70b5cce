"""All known releases."""

from releases.version import is_newer, parts


def newest(versions: list[str]) -> str:
    """Return the newest of the versions."""
    return max(versions, key=parts)


def ordered(versions: list[str]) -> list[str]:
    """Return the versions from oldest to newest."""
    return sorted(versions, key=parts)


def updates(current: str, versions: list[str]) -> list[str]:
    """Return the versions that are newer than `current`, oldest first."""
    return [version for version in ordered(versions) if is_newer(version, current)]
