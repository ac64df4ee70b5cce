"""Lengths as people read them."""


def clock(seconds: int) -> str:
    """Return "M:SS" below one hour and "H:MM:SS" from one hour on."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}"
