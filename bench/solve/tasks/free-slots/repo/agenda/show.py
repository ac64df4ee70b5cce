"""An agenda as text."""

from agenda.free import free_slots
from agenda.times import clock, minutes


def show_free(busy: list[str], day: str = "9:00-17:00", shortest: int = 1) -> str:
    """Return the free times such as "9:00-10:30, 12:00-17:00"; appointments look like "10:30-12:00"."""
    spans = [tuple(minutes(part) for part in text.split("-")) for text in [day, *busy]]
    (start, end), *taken = spans
    slots = free_slots(taken, start, end, shortest)
    return ", ".join(f"{clock(first)}-{clock(last)}" for first, last in slots)
