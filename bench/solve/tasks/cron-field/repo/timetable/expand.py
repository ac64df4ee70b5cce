"""Fields of a timetable."""


def expand(text: str, low: int, high: int) -> list[int]:
    """Return the sorted values that the field `text` stands for; ValueError if it is wrong."""
    raise NotImplementedError
