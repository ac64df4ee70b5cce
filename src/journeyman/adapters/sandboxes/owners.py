"""Whose files a workspace holds, seen from a sandbox that does not run as their owner.

A sandbox that root starts runs as an unprivileged uid and yet must write files that root, or whoever owns
the workspace, keeps owning. Where the kernel can (5.12, most local file systems) a mount maps the one
owner to the other and nothing on disk changes, so that not even a killed run leaves a trace. Elsewhere
the files change owner for as long as commands run there.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.adapters.sandboxes import kernel, ownership
from journeyman.adapters.sandboxes.treewalk import DIRECTORY_HANDLE

_STAND_STILL = (
    "import ctypes, sys\nif ctypes.CDLL(None).unshare(0x10000000): sys.exit(1)\nprint(flush=True)\nsys.stdin.read()\n"
)
"""Leaves the user namespace, says so, and keeps the new one alive until it has been opened."""


@dataclass(slots=True)
class _Loan:
    borrowers: int
    before: ownership.Owners


@dataclass(slots=True)
class Owners:
    """Lends workspaces to one uid; any number at a time."""

    uid: int
    """Whom commands run as; its gid has the same number."""
    _namespaces: dict[tuple[str, str], int] = field(default_factory=dict, init=False)
    _loans: dict[Path, _Loan] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @contextmanager
    def lent(self, workspace: Path, *, writable: bool) -> Iterator[int | None]:
        """Let the uid use a workspace: through the mount returned, or else as owner of its files meanwhile."""
        # By handle, since the thread that lends may see another file system at that path in the end.
        root = os.open(workspace, DIRECTORY_HANDLE)
        try:
            tree = self._mapped(root)
            if tree is not None:
                try:
                    yield tree
                finally:
                    os.close(tree)
                return
            self._lend(workspace, writable=writable)
            try:
                yield None
            finally:
                self._give_back(workspace, root)
        finally:
            os.close(root)

    @contextmanager
    def layered(self, base: Path, layer: Path) -> Iterator[Mapping[Path, int]]:
        """Return mounts of a base and a layer, attached nowhere, for an overlay in which all belongs to the uid.

        Raises:
            OSError: not there, or this kernel or file system cannot.
        """
        with ExitStack() as stack:
            trees = {}
            for path in (base, layer):
                root = os.open(path, DIRECTORY_HANDLE)
                stack.callback(os.close, root)
                found = os.fstat(root)
                # Exchanged rather than moved: the overlay itself works in the layer as root.
                pair = [(found.st_uid, self.uid), (self.uid, found.st_uid)]
                groups = [(found.st_gid, self.uid), (self.uid, found.st_gid)]
                trees[path] = kernel.mapped_tree(root, self._namespace(_map(pair), _map(groups)))
                stack.callback(os.close, trees[path])
            yield trees

    def close(self) -> None:
        """Forget the mappings."""
        while self._namespaces:
            os.close(self._namespaces.popitem()[1])

    def _mapped(self, root: int) -> int | None:
        found = os.fstat(root)
        try:
            return kernel.mapped_tree(
                root, self._namespace(_map([(found.st_uid, self.uid)]), _map([(found.st_gid, self.uid)]))
            )
        except OSError:
            return None

    def _namespace(self, uid_map: str, gid_map: str) -> int:
        with self._lock:
            if (uid_map, gid_map) not in self._namespaces:
                self._namespaces[uid_map, gid_map] = _user_namespace(uid_map, gid_map)
            return self._namespaces[uid_map, gid_map]

    def _lend(self, workspace: Path, *, writable: bool) -> None:
        with self._lock:
            loan = self._loans.setdefault(workspace, _Loan(0, {}))
            loan.borrowers += 1
            loan.before |= ownership.give_tree(workspace, uid=self.uid, only_unreadable=not writable)

    def _give_back(self, workspace: Path, root: int) -> None:
        with self._lock, suppress(FileNotFoundError):
            self._loans[workspace].borrowers -= 1
            if self._loans[workspace].borrowers == 0:
                ownership.take_tree_back(root, uid=self.uid, before=self._loans.pop(workspace).before)


def _map(pairs: Sequence[tuple[int, int]]) -> str:
    return "\n".join(f"{there} {here} 1" for there, here in dict.fromkeys(pairs))


def _user_namespace(uid_map: str, gid_map: str) -> int:
    """Return a handle on a user namespace with these maps.

    Raises:
        OSError: none can be made.
    """
    command = [sys.executable, "-I", "-S", "-c", _STAND_STILL]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}, cwd="/") as process:
        if process.stdout is None or not process.stdout.readline():
            raise PermissionError("no user namespace can be made")
        place = Path("/proc", str(process.pid))
        (place / "uid_map").write_text(uid_map)
        (place / "gid_map").write_text(gid_map)
        return os.open(place / "ns/user", os.O_RDONLY | os.O_CLOEXEC)
