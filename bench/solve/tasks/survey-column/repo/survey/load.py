"""Reading answers."""


def load(text: str) -> list[dict[str, str]]:
    """Read comma-separated text whose first line names the columns."""
    lines = [line for line in text.splitlines() if line.strip()]
    names = lines[0].split(",")
    return [dict(zip(names, line.split(","))) for line in lines[1:]]
