"""Writing durations."""

from spell.units import SECONDS


def write(seconds: int) -> str:
    """Return a duration such as "1h30m"; "0s" for none."""
    pieces = []
    for unit, size in SECONDS.items():
        count, seconds = divmod(seconds, size)
        if count:
            pieces.append(f"{count}{unit}")
    return "".join(pieces) or "0s"
