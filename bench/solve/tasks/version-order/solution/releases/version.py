"""Version numbers."""


def parts(version: str) -> list:
    """Return the parts of a version such as "v1.2.3" for comparison."""
    numbers = [int(part) for part in version.removeprefix("v").split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return numbers


def is_newer(first: str, second: str) -> bool:
    """Say whether version `first` is newer than version `second`."""
    return parts(first) > parts(second)
