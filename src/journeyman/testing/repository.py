"""A repository in a dictionary: the promises of the port for tests that need no git."""

import difflib
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from journeyman.domain.candidate import FileChange
from journeyman.domain.digest import digest_bytes, digest_noun
from journeyman.domain.errors import AdapterError, UnsafeTreeError, UserError
from journeyman.domain.history import PastChange
from journeyman.domain.snapshot import EntryKind, Lineage, Snapshot, TreeEntry
from journeyman.ports.remote import Authorization

_LITTER = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
_META = {".gitattributes", ".gitmodules", ".lfsconfig"}
_ID_LENGTH = 40

Files = dict[str, tuple[str, bool]]
"""Path -> (blob, executable)."""


@dataclass(slots=True, kw_only=True)
class InMemoryRepository:
    """Fills `ports.repository.Repository`; holds plain files, no symlinks and no submodules."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, Files] = field(default_factory=dict)
    commits: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Commit -> (tree, parent, message)."""
    branches: dict[str, str] = field(default_factory=dict)
    """What `publish` made, and `main`."""
    remotes: dict[str, dict[str, str]] = field(default_factory=dict)
    """URL -> branch -> commit."""

    @classmethod
    def of(cls, files: Mapping[str, bytes | str]) -> "InMemoryRepository":
        """Return a repository whose `main` is one commit with these files."""
        made = cls()
        contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        tree = made._tree({path: (made._blob(content), False) for path, content in contents.items()})
        made.branches["main"] = made._commit(tree, "", "the beginning")
        return made

    async def snapshot(self, ref: str) -> Snapshot:
        """Resolve a branch, a commit id or nothing (`main`) and list its tree."""
        name = ref if ref not in {"", "HEAD"} else "main"
        commit = self.branches.get(name, name)
        if commit not in self.commits:
            raise UserError(f"there is no commit named {ref!r}", remedy=f"Known: {', '.join(sorted(self.branches))}.")
        tree = self.commits[commit][0]
        return Snapshot(commit=commit, tree=tree, ref=name, entries=tuple(self._entries(tree)))

    async def lineage(self, older: str, newer: str) -> Lineage:
        """Return what lies between two commits; every commit has one parent here."""
        behind, between = set(self._chain(older)), self._chain(newer)
        base = next((commit for commit in between if commit in behind), "")
        new = tuple((commit, self.commits[commit][2]) for commit in between if commit not in behind)
        return Lineage(merge_base=base, complete=True, messages=new)

    async def read(self, blob: str) -> bytes:
        """Return the content of one blob."""
        if blob not in self.blobs:
            raise AdapterError(f"the repository has no object {blob}")
        return self.blobs[blob]

    async def read_many(self, blobs: tuple[str, ...]) -> tuple[bytes, ...]:
        """Return the contents of many blobs, in order."""
        return tuple([await self.read(blob) for blob in blobs])

    async def overlay(self, tree: str, changes: tuple[FileChange, ...]) -> str:
        """Return the id of `tree` with the changes laid over it."""
        paths = [change.path for change in changes]
        problems = [f"{rule}:{path}" for path in paths if (rule := _problem(path))]
        problems += [f"given-twice:{path}" for path in sorted(set(paths)) if paths.count(path) > 1]
        files = {path: value for path, value in self.trees[tree].items() if path not in paths}
        written = [change for change in changes if change.content is not None]
        files |= {change.path: (self._blob(change.content or b""), change.executable) for change in written}
        problems += [
            f"file-there:{path}" for path in files if any(str(up) in files for up in PurePosixPath(path).parents)
        ]
        if problems:
            raise UserError(f"these changes cannot be laid over the tree: {', '.join(problems)}")
        return self._tree(files)

    async def checkout(self, tree: str, into: Path) -> None:
        """Write the files of a tree into an empty directory."""
        into.mkdir(parents=True, exist_ok=True)
        if any(into.iterdir()):
            raise UserError(f"{into} is not empty", remedy="Give an empty directory.")
        for path, (blob, executable) in self.trees[tree].items():
            (into / path).parent.mkdir(parents=True, exist_ok=True)
            (into / path).write_bytes(self.blobs[blob])
            (into / path).chmod(0o755 if executable else 0o644)

    @asynccontextmanager
    async def base(self, tree: str) -> AsyncIterator[Path]:
        """Lend a checkout of a tree."""
        with tempfile.TemporaryDirectory(prefix="journeyman-base-") as place:
            await self.checkout(tree, Path(place))
            yield Path(place)

    async def collect(self, tree: str, workspace: Path, *, layered: bool = False) -> tuple[FileChange, ...]:
        """Read back the regular files of a workspace; anything else in it is refused by name, and so is a layer."""
        if layered:  # overlayfs keeps one, and nothing here makes any
            raise UserError(f"{workspace} is no layer that this repository could read", remedy="Use a checkout.")
        reasons: set[str] = set()
        found = {change.path: change for change in _walk(workspace, "", reasons)}
        if reasons:
            raise UnsafeTreeError(tuple(sorted(reasons)))
        before = {
            path: FileChange(path=path, content=self.blobs[blob], executable=executable)
            for path, (blob, executable) in self.trees[tree].items()
        }
        changed = [change for path, change in found.items() if before.get(path) != change]
        changed += [FileChange(path=path, content=None) for path in before if path not in found]
        return tuple(sorted(changed, key=lambda change: change.path))

    async def diff(self, old: str, new: str) -> str:
        """Return the unified diff between two trees."""
        return "".join(
            self._file_diff(path, self.trees[old].get(path), self.trees[new].get(path))
            for path in sorted(set(self.trees[old]) | set(self.trees[new]))
        )

    async def commit(self, tree: str, *, parent: str, message: str) -> str:
        """Return the id of a commit; the same inputs give the same id."""
        if parent not in self.commits or not message.strip():
            raise UserError("a commit needs a parent that exists, and a message")
        return self._commit(tree, parent, message)

    async def history(self, commit: str, *, limit: int) -> tuple[PastChange, ...]:
        """Return the commit and its ancestors, newest first."""
        past: list[PastChange] = []
        while commit and len(past) < limit:
            tree, parent, message = self.commits[commit]
            before = self.trees[self.commits[parent][0]] if parent else {}
            after = self.trees[tree]
            paths = (path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
            past.append(PastChange(commit=commit, message=message, paths=tuple(sorted(paths))))
            commit = parent
        return tuple(past)

    async def publish(self, commit: str, branch: str) -> bool:
        """Make a branch; False when it already points at the commit."""
        if branch.startswith("-") or ".." in branch or not branch.isprintable() or not branch:
            raise UserError(f"{branch!r} cannot be the name of a branch")
        there = self.branches.setdefault(branch, "")
        if there not in {"", commit}:
            raise UserError(f"the branch {branch} already points at {there}")
        self.branches[branch] = commit
        return not there

    def remote(
        self,
        url: str,
        *,
        authorization: Authorization,  # noqa: ARG002 - nobody is kept out here
        environment: Mapping[str, str],  # noqa: ARG002
    ) -> "MemoryRemote":
        """Return the remote at a URL, empty unless `remotes` says otherwise."""
        return MemoryRemote(self, self.remotes.setdefault(url, {}))

    def _entries(self, tree: str) -> Iterator[TreeEntry]:
        for path, (blob, executable) in sorted(self.trees[tree].items()):
            kind = EntryKind.EXECUTABLE if executable else EntryKind.FILE
            yield TreeEntry(path=path, kind=kind, blob=blob, size_bytes=len(self.blobs[blob]))

    def _chain(self, commit: str) -> list[str]:
        chain = []
        while commit in self.commits:
            chain.append(commit)
            commit = self.commits[commit][1]
        return chain

    def _blob(self, content: bytes) -> str:
        blob = digest_bytes(content)[:_ID_LENGTH]
        self.blobs[blob] = content
        return blob

    def _tree(self, files: Files) -> str:
        tree = digest_noun(tuple((path, *value) for path, value in sorted(files.items())))[:_ID_LENGTH]
        self.trees[tree] = files
        return tree

    def _commit(self, tree: str, parent: str, message: str) -> str:
        commit = digest_noun((tree, parent, message))[:_ID_LENGTH]
        self.commits[commit] = (tree, parent, message)
        return commit

    def _file_diff(self, path: str, old: tuple[str, bool] | None, new: tuple[str, bool] | None) -> str:
        if old == new:
            return ""
        before, after = (self.blobs[side[0]] if side else b"" for side in (old, new))
        head = f"diff --git a/{path} b/{path}\n"
        left, right = (f"a/{path}" if old else "/dev/null", f"b/{path}" if new else "/dev/null")
        if b"\0" in before + after:
            return f"{head}Binary files {left} and {right} differ\n"
        return head + "".join(difflib.unified_diff(_lines(before), _lines(after), left, right))


@dataclass(frozen=True, slots=True)
class MemoryRemote:
    """Fills `ports.remote.GitRemote`."""

    repository: InMemoryRepository
    branches: dict[str, str]

    async def tips(self, *branches: str) -> dict[str, str]:
        """Return branch -> commit, for those that exist."""
        return {name: self.branches[name] for name in branches if name in self.branches}

    async def holds(self, commit: str, branch: str) -> bool:
        """Say whether the history of a branch holds a commit."""
        return commit in self.repository._chain(self.branches.get(branch, ""))  # noqa: SLF001 - its other half

    async def push(self, commit: str, branch: str) -> bool:
        """Make a new branch; False when it already points at the commit."""
        there = self.branches.setdefault(branch, "")
        if there not in {"", commit}:
            raise UserError(f"the branch {branch} exists there and points at {there}")
        self.branches[branch] = commit
        return not there


def _lines(content: bytes) -> list[str]:
    lines = content.decode("utf-8", "replace").splitlines(keepends=True)
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def _problem(path: str) -> str | None:
    parts = path.split("/")
    rules = {
        "absolute": path.startswith("/"),
        "climbs-out": ".." in parts,
        "git-dir": any(part.casefold() == ".git" for part in parts),
        "git-meta": any(part.casefold() in _META for part in parts),
        "bad-name": any(part in {"", "."} or part.startswith("-") or not part.isprintable() for part in parts),
    }
    return next((rule for rule, broken in rules.items() if broken), None)


def _walk(workspace: Path, above: str, reasons: set[str]) -> Iterator[FileChange]:
    for entry in sorted((workspace / above).iterdir()):
        path = f"{above}{entry.name}"
        status = entry.lstat()
        if path == ".git" and stat.S_ISDIR(status.st_mode):
            continue
        rule = _problem(path) or _refusal(status.st_mode, status.st_nlink)
        if rule:
            reasons.add(f"{rule}:{path}")
        elif not stat.S_ISDIR(status.st_mode):
            yield FileChange(path=path, content=entry.read_bytes(), executable=bool(status.st_mode & stat.S_IXUSR))
        elif entry.name not in _LITTER:
            yield from _walk(workspace, f"{path}/", reasons)


def _refusal(mode: int, links: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "symlink"
    if stat.S_ISDIR(mode):
        return None
    if not stat.S_ISREG(mode):
        return "non-regular"
    return "hardlink" if links > 1 else None
