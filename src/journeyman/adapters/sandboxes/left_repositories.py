"""Whatever git takes for a repository and a command made or changed: disarmed wherever it lies.

Git obeys each repository that it comes upon: a nested one, a bare one, one that a `.git` file names. Its
configuration and hooks name programs, and they would run as whoever says `git status` there next.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.adapters.sandboxes.git_config import harmless_config
from journeyman.adapters.sandboxes.ownership import set_mode
from journeyman.adapters.sandboxes.treewalk import Visited, visit_tree

_FILE_BYTES_MAX = 2**20
_MARKS = ("objects", "commondir")
"""One of these beside HEAD makes a repository."""
_SIGNS = ("HEAD", ".git")
_CONFIGS = ("config", "config.worktree")
_PATH_MAX = 4000
_RUNNABLE = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(slots=True)
class LeftRepositories:
    """The repositories of a workspace, before a command and after."""

    workspace: Path
    _before: dict[str, bytes] = field(default_factory=dict, init=False)
    """Path -> content of what git obeys."""
    _done: list[tuple[str, str]] = field(default_factory=list, init=False)
    _any: bool = field(default=False, init=False)

    def note(self, entry: Visited) -> None:
        """Remember what git obeys before the command."""
        if entry.name == ".git" and stat.S_ISREG(entry.status.st_mode):
            self._remember(entry.directory, ".git", entry.path)
        if not _is_repository(entry):
            return
        above = _above(entry)
        for name in (*_CONFIGS, "commondir"):
            self._remember(entry.directory, name, f"{above}{name}")
        with _opened(entry.directory, "hooks") as hooks:
            for name in _runnable(hooks):
                self._remember(hooks, name, f"{above}hooks/{name}")

    def look(self, entry: Visited) -> None:
        """See whether there is a repository at all, while somebody goes through what the command left."""
        self._any = self._any or entry.name in _SIGNS

    def disarm(self) -> Iterator[tuple[str, str]]:
        """Put back or take away what git would obey; yield (path, what was done)."""
        if self._any:
            visit_tree(self.workspace, self._disarm)
        yield from self._done

    def _remember(self, directory: int, name: str, path: str) -> None:
        content = _content(directory, name)
        if content is not None:
            self._before[path] = content

    def _disarm(self, entry: Visited) -> None:
        if entry.name == ".git" and stat.S_ISREG(entry.status.st_mode):
            self._keep_inside(entry.directory, ".git", entry.path, prefix=b"gitdir:")
        if not _is_repository(entry):
            return
        above = _above(entry)
        for name in _CONFIGS:
            self._disarm_config(entry.directory, name, f"{above}{name}")
        self._keep_inside(entry.directory, "commondir", f"{above}commondir", prefix=b"")
        self._disarm_hooks(entry.directory, above)

    def _disarm_config(self, directory: int, name: str, path: str) -> None:
        now, before = _content(directory, name), self._before.get(path)
        if not _exists(directory, name) or (now is not None and now == before):
            return
        if before is not None:
            _put(directory, name, before)
            self._done.append((path, "was changed: put back"))
            return
        if now is None:
            _remove(directory, name)
            self._done.append((path, "is no file, and git would have obeyed it: removed"))
            return
        kept, dropped = harmless_config(now)
        if dropped:
            _put(directory, name, kept)
            self._done.append((path, f"git would have obeyed it: without {', '.join(dropped)} now"))

    def _keep_inside(self, directory: int, name: str, path: str, *, prefix: bytes) -> None:
        """Remove a pointer, unless it was there before or leads to a repository in the workspace."""
        now = _content(directory, name)
        if not _exists(directory, name) or (now is not None and now == self._before.get(path)):
            return
        if now is None or not self._leads_to_repository(path, now.removeprefix(prefix)):
            _remove(directory, name)
            self._done.append((path, "leads git to what is no repository of this directory: removed"))

    def _leads_to_repository(self, path: str, target: bytes) -> bool:
        text = os.fsdecode(target.strip())
        if "\0" in text or "\n" in text or len(path) + len(text) + len(str(self.workspace)) > _PATH_MAX:
            return False
        place = Path(os.path.realpath((self.workspace / path).parent / text))
        if not place.is_relative_to(self.workspace):
            return False
        return os.path.lexists(place / "HEAD") and any(os.path.lexists(place / name) for name in _MARKS)

    def _disarm_hooks(self, directory: int, above: str) -> None:
        if _exists(directory, "hooks") and not _is_directory(directory, "hooks"):
            _remove(directory, "hooks")
            self._done.append((f"{above}hooks", "git would have obeyed it: removed"))
            return
        with _opened(directory, "hooks") as hooks:
            for name, mode in _runnable(hooks).items():
                self._disarm_hook(hooks, name, mode, f"{above}hooks/{name}")

    def _disarm_hook(self, hooks: int, name: str, mode: int, path: str) -> None:
        before = self._before.get(path)
        if before is not None and before == _content(hooks, name):
            return
        if before is not None:
            _put(hooks, name, before)
            set_mode(hooks, name, 0o755)
            self._done.append((path, "was changed: put back"))
        elif stat.S_ISLNK(mode):
            os.unlink(name, dir_fd=hooks)
            self._done.append((path, "git would have run it: removed"))
        else:
            set_mode(hooks, name, stat.S_IMODE(mode) & ~_RUNNABLE)
            self._done.append((path, "git would have run it: not executable now"))


def _is_repository(entry: Visited) -> bool:
    """Say whether this entry is the HEAD of what git takes for a repository."""
    return entry.name == "HEAD" and any(_exists(entry.directory, name) for name in _MARKS)


def _above(entry: Visited) -> str:
    return entry.path.removesuffix("HEAD")


def _exists(directory: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return False
    return True


def _is_directory(directory: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode)
    except OSError:
        return False


def _content(directory: int, name: str) -> bytes | None:
    """Return what a small regular file holds, None when there is none of that name."""
    try:
        file = os.open(name, _READ, dir_fd=directory)
    except OSError:
        return None
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        content = stream.read(_FILE_BYTES_MAX + 1)
    return content if len(content) <= _FILE_BYTES_MAX else None


@contextmanager
def _opened(directory: int, name: str) -> Iterator[int]:
    """Open a directory; -1 when there is none of that name."""
    try:
        handle = os.open(name, _DIRECTORY, dir_fd=directory)
    except OSError:
        yield -1
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _runnable(hooks: int) -> dict[str, int]:
    """Return name -> mode of what git may run."""
    names = os.listdir(hooks) if hooks >= 0 else []
    modes = {name: os.stat(name, dir_fd=hooks, follow_symlinks=False).st_mode for name in names}
    return {name: mode for name, mode in modes.items() if stat.S_ISLNK(mode) or _runs(name, mode)}


def _runs(name: str, mode: int) -> bool:
    return stat.S_ISREG(mode) and bool(mode & _RUNNABLE) and not name.endswith(".sample")


def _put(directory: int, name: str, content: bytes) -> None:
    _remove(directory, name)
    with os.fdopen(os.open(name, _WRITE, 0o644, dir_fd=directory), "wb") as file:
        file.write(content)
        if os.geteuid() == 0:  # a person's files stay theirs
            owner = os.fstat(directory)
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)


def _remove(directory: int, name: str) -> None:
    """Remove an entry; a directory is only moved out of git's sight, whatever it holds."""
    if _is_directory(directory, name):
        os.rename(name, f"{name}.disarmed-{os.urandom(4).hex()}", src_dir_fd=directory, dst_dir_fd=directory)
    else:
        os.unlink(name, dir_fd=directory)
