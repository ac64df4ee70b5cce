"""A table in memory."""

from dataclasses import dataclass, field


@dataclass
class Table:
    """A header and rows of cells; None is an empty cell."""

    header: list[str]
    rows: list[list[object]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Append a row."""
        if len(cells) != len(self.header):
            raise ValueError("a row needs one cell per column")
        self.rows.append(list(cells))
