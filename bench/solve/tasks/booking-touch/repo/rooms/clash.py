"""Clashes between bookings."""

from rooms.booking import Booking


def clashes(first: Booking, second: Booking) -> bool:
    """Say whether two bookings need the room at the same time."""
    return first.start <= second.end and second.start <= first.end
