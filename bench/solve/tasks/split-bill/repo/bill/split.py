"""Fair shares."""


def shares(total_cents: int, people: int) -> list[int]:
    """Return one share in cents for each person."""
    share = total_cents // people
    return [share] * people
