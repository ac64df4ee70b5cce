"""Symbolic links that a command left in a person's directory: none of them leads a reader outside.

Whoever reads through such a link puts a secret into a report; whoever writes through it writes where nobody looks.
"""

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from journeyman.adapters.sandboxes.mounts import WORKSPACE
from journeyman.adapters.sandboxes.treewalk import Visited, visit_tree
from journeyman.domain.command import Mount

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SYSTEM_OF_MACOS = ("/System", "/Library", "/opt/homebrew")
_EMPTY = "/dev/null"
_PATH_MAX = 4000
"""Where no call takes a longer path, no link can be told to stay inside."""


@dataclass(slots=True)
class LeftLinks:
    """The links of a workspace, before a command and after."""

    workspace: Path
    shown: tuple[Mount, ...] = ()
    """What the command saw besides the system and the workspace."""
    _before: set[tuple[str, str]] = field(default_factory=set, init=False)
    """(path, target): a link that was moved may lead elsewhere than before."""

    _any_new: bool = field(default=False, init=False)

    def note(self, entry: Visited) -> None:
        """Remember a link that is there before the command."""
        if stat.S_ISLNK(entry.status.st_mode):
            self._before.add((entry.path, _target(entry)))

    def look(self, entry: Visited) -> None:
        """See whether there is a new link at all, while somebody goes through what the command left."""
        self._any_new = self._any_new or self._new(entry) is not None

    def settle(self) -> Iterator[tuple[str, str]]:
        """Let new links mean here what they meant inside, then remove those that lead out; yield (path, what)."""
        if not self._any_new:
            return
        done: list[tuple[str, str]] = []

        def translate(entry: Visited) -> None:
            target = self._new(entry)
            here = target and self._meant(entry, target)
            if here:
                os.unlink(entry.name, dir_fd=entry.directory)
                os.symlink(here, entry.name, dir_fd=entry.directory)
                if os.geteuid() == 0:
                    owner = entry.status.st_uid, entry.status.st_gid
                    os.chown(entry.name, *owner, dir_fd=entry.directory, follow_symlinks=False)
                done.append((entry.path, f"a link to {target}: to {here} now, which is that outside the sandbox"))

        def remove(entry: Visited) -> None:
            target = self._new(entry)
            if target and not self._stays(entry, target):
                os.unlink(entry.name, dir_fd=entry.directory)
                done.append((entry.path, f"a link to {target}, outside: removed"))

        # One after the other, since a link may lead through another that meant something else inside.
        visit_tree(self.workspace, translate)
        visit_tree(self.workspace, remove)
        yield from done

    def _new(self, entry: Visited) -> str | None:
        if not stat.S_ISLNK(entry.status.st_mode):
            return None
        target = _target(entry)
        return None if (entry.path, target) in self._before else target

    def _meant(self, entry: Visited, target: str) -> str | None:
        """Return the host's name of what a link meant inside, None when it is the same."""
        inside = PurePosixPath(target)
        if inside.is_relative_to(WORKSPACE) and ".." not in inside.parts:
            above = PurePosixPath(entry.path).parent
            return os.path.relpath(inside.relative_to(WORKSPACE), above)
        for mount in self.shown:
            if mount.target != str(mount.source) and inside.is_relative_to(mount.target):
                return str(mount.source / inside.relative_to(mount.target))
        return None

    def _stays(self, entry: Visited, target: str) -> bool:
        if len(entry.path) + len(target) + len(str(self.workspace)) > _PATH_MAX:
            return not target.startswith("/") and ".." not in target.split("/")
        place = self.workspace / entry.path
        leads_to = Path(os.path.realpath(place.parent / target))
        return str(leads_to) == _EMPTY or any(leads_to.is_relative_to(root) for root in self._harmless())

    def _harmless(self) -> Iterator[Path]:
        system = (*_SYSTEM, *(_SYSTEM_OF_MACOS if sys.platform == "darwin" else ()))
        yield from (self.workspace, *map(Path, system), *(mount.source.resolve() for mount in self.shown))


def _target(entry: Visited) -> str:
    return os.readlink(entry.name, dir_fd=entry.directory)
