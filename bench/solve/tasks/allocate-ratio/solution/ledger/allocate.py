"""Parts of an amount."""

from ledger.money import Money


def allocate(amount: Money, weights: list[int]) -> list[Money]:
    """Return one part per weight; the parts add up to `amount`."""
    total = sum(weights)
    if total == 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and not all zero")
    size = abs(amount.cents)
    parts = [size * weight // total for weight in weights]
    lost = [size * weight % total for weight in weights]
    ranking = sorted(range(len(weights)), key=lambda index: -lost[index])
    for index in ranking[: size - sum(parts)]:
        parts[index] += 1
    sign = -1 if amount.cents < 0 else 1
    return [Money(sign * part, amount.currency) for part in parts]
