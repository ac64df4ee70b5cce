"""Playlists."""

from player.clock import clock
from player.track import Track


def total_seconds(tracks: list[Track]) -> int:
    """Return how long the tracks take in seconds."""
    return sum(track.seconds for track in tracks)


def headline(name: str, tracks: list[Track]) -> str:
    """Return the playlist's name and length."""
    return f"{name} ({clock(total_seconds(tracks))})"
