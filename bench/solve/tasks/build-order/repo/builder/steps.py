"""Steps and what they need."""


class Steps:
    """Named steps; each may need other steps first."""

    def __init__(self) -> None:
        self._needs: dict[str, set[str]] = {}

    def add(self, name: str, *needs: str) -> None:
        """Add a step; what it needs is added too. Needs of repeated calls add up."""
        self._needs.setdefault(name, set()).update(needs)
        for need in needs:
            self._needs.setdefault(need, set())

    def names(self) -> list[str]:
        """Return all names in the order in which they were first mentioned."""
        return list(self._needs)

    def needs(self, name: str) -> set[str]:
        """Return the names of the steps that `name` needs directly."""
        return set(self._needs[name])
