"""Version numbers."""


def parts(version: str) -> list:
    """Return the parts of a version such as "v1.2.3" for comparison."""
    return version.split(".")


def is_newer(first: str, second: str) -> bool:
    """Say whether version `first` is newer than version `second`."""
    return parts(first) > parts(second)
