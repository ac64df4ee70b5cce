"""What can go wrong."""


class CycleError(Exception):
    """Some steps need each other; `names` are the steps of all cycles and what waits for them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("steps wait for each other: " + ", ".join(names))
        self.names = names
