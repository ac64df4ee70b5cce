"""For a caller who is root: host paths gathered where an ordinary uid can reach them.

A sandbox must never run as host uid 0, yet what it needs may lie below `/root` or another directory
that only root may enter. So the paths are bound onto a private tmpfs, in a mount namespace that
belongs to one thread and is gone when that thread and its children are.
"""

import os
import stat
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from journeyman.adapters.sandboxes import kernel

_PLACE = "/tmp"  # noqa: S108 - covered by a tmpfs in our own mount namespace; every Linux has it
_OPTIONS = "mode=0755,size=1m"


def gather(wanted: Mapping[str, Path], mounts: Mapping[Path, int]) -> dict[Path, Path]:
    """Bind each path, under its name, to a place any uid can reach; return path -> place.

    `mounts` are mounts of some of the paths, made already and attached nowhere yet.
    Only for a thread that does nothing else afterwards: its view of `/tmp` is gone.

    Raises:
        OSError: a path is missing, or root lacks CAP_SYS_ADMIN.
    """
    kernel.unshare_mounts()
    with ExitStack() as stack:
        # Opened before the tmpfs covers some of them, and by descriptor so that no name is resolved twice.
        opened = {}
        for name, path in wanted.items():
            opened[name] = os.open(path, os.O_PATH)
            stack.callback(os.close, opened[name])
        kernel.mount("tmpfs", _PLACE, kind="tmpfs", flags=kernel.MS_NOSUID_NODEV, options=_OPTIONS)
        return {path: _put(opened[name], name, mount=mounts.get(path)) for name, path in wanted.items()}


def overlay(*, lower: Path, layer: Path) -> Path:
    """Mount a layer over what lies below it, both gathered before; return where.

    Raises:
        OSError: the kernel cannot, or a path holds what an option cannot.
    """
    place = Path(_PLACE, "overlay")
    place.mkdir()
    # A directory of the base cannot be renamed then (programs copy it instead), and the upper directory says
    # by name alone what changed: no attribute in it leads anywhere else.
    plain = "redirect_dir=off,metacopy=off,index=off,xino=off"
    options = f"lowerdir={lower},upperdir={layer}/upper,workdir={layer}/work,{plain}"
    kernel.mount("overlay", str(place), kind="overlay", flags=kernel.MS_NOSUID_NODEV, options=options)
    return place


def _put(descriptor: int, name: str, *, mount: int | None) -> Path:
    place = Path(_PLACE, name)
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        place.mkdir()
    else:
        place.touch()
    if mount is None:
        kernel.mount(f"/proc/self/fd/{descriptor}", str(place), flags=kernel.MS_BIND | kernel.MS_REC)
    else:
        kernel.attach(mount, str(place))
    return place
