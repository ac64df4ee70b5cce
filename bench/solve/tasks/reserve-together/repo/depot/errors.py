"""What can go wrong."""


class Shortage(Exception):
    """There is not enough of some goods; `names` says of which, sorted."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("not enough: " + ", ".join(names))
        self.names = names
