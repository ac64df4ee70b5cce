"""Python, whose reading side is the rest of the room: `suite_syntax`, `structure`, `cheating`, `overlap`."""

from collections.abc import Collection, Iterator

from journeyman.domain.finding import Finding
from journeyman.judge.languages.language import Edit
from journeyman.judge.suite import Suite
from journeyman.judge.suite_syntax import only_waived_or_new


class Python:
    """Fills `Language`; `inspect_changes` asks the other modules itself, since they look at all changes at once."""

    name = "python"
    suffixes = frozenset({".py"})

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Compare by Python's own syntax tree."""
        return only_waived_or_new(before, after, waived)

    def examine(self, edit: Edit, suite: Suite) -> Iterator[Finding]:
        """Yield nothing; see the class."""
        del edit, suite
        yield from ()
