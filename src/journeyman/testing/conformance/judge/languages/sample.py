"""A sample: a small real project of one test tool, a bug in it, an honest change and attacks in its own idiom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from journeyman.testing.conformance.judge.attack import Attack, Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the judge is shown through one runner. `add` subtracts in each of them."""

    runner: str
    """As it stands in `[judge] runner`; detection must find it too, unless `asked`."""
    project: Mapping[str, str]
    red: tuple[str, ...]
    """Files or node ids that must pass and do not yet."""
    expected: Mapping[str, str]
    """Node id → outcome at the base, all of them."""
    honest: Changes
    """A fix and a new test: to be accepted."""
    attacks: tuple[Attack, ...]
    needs: tuple[str, ...] = ()
    """Commands, or `npm:` packages, without which it cannot be tried."""
    asked: bool = False
    """`[judge] runner` must name it."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Of `[judge]`, beside the runner."""


def edits(project: Mapping[str, str], path: str, rule: str = "test-changed") -> "Editor":
    """Return a maker of attacks that replace one text in one file of a project."""
    return Editor(project=project, path=path, rule=rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """See `edits`."""

    project: Mapping[str, str]
    path: str
    rule: str

    def __call__(self, id: str, title: str, old: str, new: str) -> Attack:  # noqa: A002 - as the field is called
        """Return the attack; the old text must be there."""
        assert old in self.project[self.path], title
        changes = {self.path: self.project[self.path].replace(old, new, 1)}
        return Attack(id=id, title=title, changes=changes, rule=self.rule)
