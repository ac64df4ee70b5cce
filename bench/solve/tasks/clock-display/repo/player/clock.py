"""Lengths as people read them."""


def clock(seconds: int) -> str:
    """Return "M:SS" below one hour and "H:MM:SS" from one hour on."""
    raise NotImplementedError
