"""The reading side of a language: what a change may not do to its tests, and what a person should look at."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from journeyman.domain.finding import Finding
from journeyman.judge.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One changed file, both versions whole; None where it is not there."""

    path: str
    before: bytes | None
    after: bytes | None
    base_paths: frozenset[str] = field(default=frozenset(), repr=False)
    """Every path of the base."""


class Language(Protocol):
    """One language; pure functions of file contents."""

    name: str
    suffixes: frozenset[str]
    """Endings of its source files, with their dot."""

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Return whether two versions of a test file differ only in waived tests and in tests added."""
        ...

    def examine(self, edit: Edit, suite: Suite) -> Iterator[Finding]:
        """Yield what is wrong with, or strange about, one changed file that is not an existing test."""
        ...
