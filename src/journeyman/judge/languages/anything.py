"""Whatever language it is: nothing is known of it but that a test is as it was."""

from collections.abc import Collection, Iterator

from journeyman.domain.finding import Finding
from journeyman.judge.languages.language import Edit
from journeyman.judge.suite import Suite


class Anything:
    """Fills `Language` for nobody's files: every existing test must be the very same bytes."""

    name = "anything"
    suffixes: frozenset[str] = frozenset()

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Compare bytes."""
        del waived
        return before == after

    def examine(self, edit: Edit, suite: Suite) -> Iterator[Finding]:
        """Yield nothing."""
        del edit, suite
        yield from ()
