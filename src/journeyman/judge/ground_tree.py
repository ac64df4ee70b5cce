"""The ground's files: the base tree with the oracle tests laid over it, read on demand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from journeyman.domain.candidate import FileChange
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.domain.verification import Baseline, Ground
from journeyman.judge.languages import Language
from journeyman.judge.runners.roster import Roster
from journeyman.judge.suite import Suite, together
from journeyman.ports.repository import Repository

_CONTENT = frozenset({EntryKind.FILE, EntryKind.EXECUTABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundTree:
    """What candidates are laid over. Built by `lay_ground`."""

    tree: str
    """Git tree id of base + oracle tests."""
    entries: Mapping[str, TreeEntry]
    """The base's own entries by path."""
    oracle: Mapping[str, bytes]
    """The oracle tests' content by path."""
    suite: Suite
    """All of the base's suites, as one."""
    languages: tuple[Language, ...]
    """Those the suites are written in."""
    repository: Repository

    def holds(self, path: str) -> bool:
        """Return whether a file, link or submodule is at a path."""
        return path in self.oracle or path in self.entries

    def paths(self) -> tuple[str, ...]:
        """Return every path, sorted."""
        return tuple(sorted({*self.entries, *self.oracle}))

    async def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of those of `paths` that are regular files here."""
        wanted = set(paths)
        found = {path: content for path, content in self.oracle.items() if path in wanted}
        stored = sorted(
            path for path in wanted - set(found) if path in self.entries and self.entries[path].kind in _CONTENT
        )
        contents = await self.repository.read_many(tuple(self.entries[path].blob for path in stored))
        return found | dict(zip(stored, contents, strict=True))

    async def effective(self, changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
        """Return the changes that change something: a file sent back as it was is no change."""
        changes = tuple(changes)
        before = await self.read(change.path for change in changes)
        return tuple(change for change in changes if not self._same(change, before.get(change.path)))

    def knowing(self, baseline: Baseline) -> "GroundTree":
        """Return the same ground, aware of the files that tests came from when they ran, whatever they are called.

        A configuration that is a program can name any file. pytest's is read, and its product files hold doctests.
        """
        seen = sorted({result.node_id.partition("::")[0] for result in baseline.results})
        unknown = [path for path in seen if self.holds(path) and not self.suite.owns(path) and not path.endswith(".py")]
        tests = [path for path in unknown if not self.suite.inline(path)]
        return replace(self, suite=self.suite.with_files(tests)) if tests else self

    def _same(self, change: FileChange, before: bytes | None) -> bool:
        if change.content is None:
            return not self.holds(change.path)
        entry = self.entries.get(change.path)
        executable = entry is not None and entry.kind is EntryKind.EXECUTABLE
        return change.content == before and (change.path in self.oracle or change.executable == executable)


async def lay_ground(ground: Ground, repository: Repository, roster: Roster) -> GroundTree:
    """Return the files of a ground and the suite they describe.

    Raises:
        UserError: an oracle test's path is unsafe, no runner is recognised, or a configuration cannot be read.
    """
    oracle = {test.path: test.content for test in ground.oracle_tests}
    laid = tuple(FileChange(path=path, content=content) for path, content in sorted(oracle.items()))
    tree = await repository.overlay(ground.base.tree, laid) if laid else ground.base.tree
    entries = {entry.path: entry for entry in ground.base.entries}
    bare = GroundTree(tree=tree, entries=entries, oracle=oracle, suite=Suite(), languages=(), repository=repository)
    paths = bare.paths()
    suites = roster.suites(paths, await bare.read(roster.wanted(paths)))
    return replace(bare, suite=together(suites), languages=roster.languages(suites))


async def with_changes(laid: GroundTree, changes: Iterable[FileChange], roster: Roster) -> GroundTree:
    """Return the ground with its suite as the changes describe it; for those who may change how tests are run.

    Raises:
        UserError: no runner is recognised any more, or a configuration cannot be read.
    """
    after = {change.path: change.content for change in changes}
    kept = {*laid.paths(), *after} - {path for path, content in after.items() if content is None}
    paths = tuple(sorted(kept))
    contents = await laid.read(roster.wanted(paths))
    contents |= {path: content for path in roster.wanted(paths) if (content := after.get(path)) is not None}
    suites = roster.suites(paths, contents)
    return replace(laid, suite=together(suites), languages=roster.languages(suites))
