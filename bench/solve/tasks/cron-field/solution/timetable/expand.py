"""Fields of a timetable."""


def expand(text: str, low: int, high: int) -> list[int]:
    """Return the sorted values that the field `text` stands for; ValueError if it is wrong."""
    values: set[int] = set()
    for part in text.split(","):
        values.update(expand_part(part, low, high))
    return sorted(values)


def expand_part(part: str, low: int, high: int) -> range:
    """Return the values of one part, such as "1-5" or "*/15"."""
    span, slash, step_text = part.partition("/")
    step = int(step_text) if slash else 1
    if span == "*":
        start, end = low, high
    else:
        first, dash, last = span.partition("-")
        start = int(first)
        end = int(last) if dash else start
        if slash and not dash:
            end = high
    if step < 1 or not low <= start <= end <= high:
        raise ValueError(f"bad field: {part!r}")
    return range(start, end + 1, step)
