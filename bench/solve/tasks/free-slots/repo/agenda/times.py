"""Times as people write them."""


def minutes(text: str) -> int:
    """Return the minutes since midnight of a time such as "9:30"."""
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def clock(value: int) -> str:
    """Return a time such as "9:30"."""
    return f"{value // 60}:{value % 60:02d}"
