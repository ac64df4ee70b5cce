"""Which new paths the base tree's own `.gitignore` files exclude, asked of git in a mirror without their content."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.git import Git
from journeyman.repository.trees import read_blobs, scratch


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRules:
    """Rules of one tree: what an agent writes into a `.gitignore` has no say in what is read back."""

    git: Git
    mirror: Path

    def excluded(self, paths: Iterable[tuple[str, bool]]) -> frozenset[str]:
        """Return those of the (path, is a directory) pairs that are excluded; directories come before their content."""
        asked = list(paths)
        for path, is_directory in asked:
            if is_directory:  # a pattern such as `build/` fits directories alone
                (self.mirror / path).mkdir(parents=True, exist_ok=True)
        if not asked:
            return frozenset()
        stdin = "".join(f"./{path}\0" for path, _ in asked).encode("utf-8", "surrogateescape")
        found = self.git.attempt("check-ignore", "--no-index", "--stdin", "-z", stdin=stdin).stdout
        names = found.decode("utf-8", "surrogateescape").split("\0")
        return frozenset(name.removeprefix("./") for name in names if name)


@contextmanager
def ignore_rules(git: Git, entries: Sequence[TreeEntry]) -> Iterator[IgnoreRules]:
    """Lend the rules of a tree: its `.gitignore` files and the store's list of tool litter."""
    files = [entry for entry in entries if entry.kind is EntryKind.FILE and Path(entry.path).name == ".gitignore"]
    with scratch(git) as mirror:
        for entry, content in zip(files, read_blobs(git, [entry.blob for entry in files]), strict=True):
            (mirror / entry.path).parent.mkdir(parents=True, exist_ok=True)
            (mirror / entry.path).write_bytes(content)
        yield IgnoreRules(git=replace(git.extended(GIT_WORK_TREE=str(mirror)), cwd=mirror), mirror=mirror)
