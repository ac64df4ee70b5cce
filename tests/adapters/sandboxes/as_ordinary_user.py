"""Run this Python as an ordinary user, for a caller who is root: `as_ordinary_user.py UID ARGUMENT...`.

This Python and the repository may lie below a directory that only root may enter. Each such directory is
covered, in mounts of our own, by one that shows what is needed and nothing else.
"""

import os
import stat
import sys
from pathlib import Path

from journeyman.adapters.sandboxes import kernel

REPOSITORY = Path(__file__).resolve().parents[3]


def closed_ancestor(path: Path) -> Path | None:
    ancestors = reversed(path.parents)
    return next((ancestor for ancestor in ancestors if not ancestor.stat().st_mode & stat.S_IXOTH), None)


def open_the_way(paths: set[Path]) -> None:
    kernel.unshare_mounts()
    closed = {path: closed_ancestor(path) for path in paths}
    opened = {path: os.open(path, os.O_PATH) for path, ancestor in closed.items() if ancestor}
    for ancestor in {ancestor for ancestor in closed.values() if ancestor}:
        kernel.mount("tmpfs", str(ancestor), kind="tmpfs", options="mode=0755,size=1m")
    for path in sorted(opened):
        path.mkdir(parents=True, exist_ok=True)
        kernel.mount(f"/proc/self/fd/{opened[path]}", str(path), flags=kernel.MS_BIND | kernel.MS_REC)


def main() -> None:
    uid = int(sys.argv[1])
    open_the_way({Path(sys.base_prefix), Path(sys.prefix), REPOSITORY})
    os.chdir(REPOSITORY)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    os.execve(sys.executable, [sys.executable, *sys.argv[2:]], environment)  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main()
