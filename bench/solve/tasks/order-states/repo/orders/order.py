"""One order."""

from orders.errors import BadMove
from orders.rules import NEXT, allowed


class Order:
    """An order that remembers the states it has been in."""

    def __init__(self) -> None:
        self.state = "new"
        self.history = ["new"]

    def move(self, target: str) -> None:
        """Go to `target`, or raise BadMove and stay."""
        self.state = target
        if not allowed(self.state, target):
            raise BadMove(f"{self.state} -> {target}")
        self.history.append(target)

    def is_final(self) -> bool:
        """Say whether no other state can follow."""
        return not NEXT[self.state]
