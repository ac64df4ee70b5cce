"""Which state may follow which."""

NEXT = {
    "new": {"paid", "cancelled"},
    "paid": {"shipped", "cancelled"},
    "shipped": {"delivered"},
    "delivered": set(),
    "cancelled": set(),
}


def allowed(state: str, target: str) -> bool:
    """Say whether an order may go from `state` to `target`."""
    return target in NEXT[state]
