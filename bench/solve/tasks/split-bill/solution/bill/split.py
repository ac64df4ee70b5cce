"""Fair shares."""


def shares(total_cents: int, people: int) -> list[int]:
    """Return one share in cents for each person."""
    if people < 1:
        raise ValueError("a bill needs at least one person")
    share, left = divmod(total_cents, people)
    return [share + 1 if index < left else share for index in range(people)]
