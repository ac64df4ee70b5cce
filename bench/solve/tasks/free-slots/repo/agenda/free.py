"""Free times between appointments."""


def free_slots(
    busy: list[tuple[int, int]], day_start: int, day_end: int, shortest: int = 1
) -> list[tuple[int, int]]:
    """Return the free (start, end) times of at least `shortest` minutes within the day."""
    free = []
    position = day_start
    for start, end in busy:
        free.append((position, start))
        position = end
    free.append((position, day_end))
    return free
