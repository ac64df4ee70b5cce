"""The display of the speaker."""


def bar(volume: int) -> str:
    """Return a bar of ten characters for a volume from 0 to 100."""
    filled = volume // 10
    return "#" * filled + "." * (10 - filled)
