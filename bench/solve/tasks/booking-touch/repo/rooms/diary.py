"""The diary of one room."""

from rooms.booking import Booking
from rooms.clash import clashes


class Diary:
    """All bookings of a room."""

    def __init__(self) -> None:
        self.bookings: list[Booking] = []

    def book(self, booking: Booking) -> bool:
        """Enter a booking unless it clashes; say whether it was entered."""
        if any(clashes(booking, other) for other in self.bookings):
            return False
        self.bookings.append(booking)
        return True
