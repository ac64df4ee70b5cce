"""Tracks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Track:
    """A piece of music."""

    title: str
    seconds: int
