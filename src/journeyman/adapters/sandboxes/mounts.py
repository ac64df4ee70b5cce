"""What may be shown inside besides the system and the workspace, and where."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from journeyman.domain.command import Mount
from journeyman.domain.errors import UserError

WORKSPACE = PurePosixPath("/work")
HOME = PurePosixPath("/home/agent")
SYSTEM = PurePosixPath("/usr")
RELOCATED = PurePosixPath("/host")
"""Where a host path that would lie below the workspace is shown instead."""

_CLOSED = (WORKSPACE, PurePosixPath("/proc"), PurePosixPath("/dev"), PurePosixPath("/sys"))
_FIXED = (SYSTEM, PurePosixPath("/etc"), PurePosixPath("/tmp"), HOME)  # noqa: S108 - a path inside the sandbox


def same_path(source: Path) -> Mount:
    """Return the mount that shows a host path under its own name, moved below `/host` if `/work` is in the way."""
    target = PurePosixPath(source)
    if target.is_relative_to(WORKSPACE):
        target = RELOCATED / target.relative_to("/")
    return Mount(source=source, target=str(target))


def arrange(mounts: Iterable[Mount]) -> tuple[Mount, ...]:
    """Return the mounts in the order to make them, without those that another one already shows.

    A destination inside another mount would have to be created through names that somebody else
    chose, which is how bubblewrap was led outside (CVE-2026-87766): it is refused.

    Raises:
        UserError: a source is missing, or a target is relative, reserved or inside another mount.
    """
    arranged: list[Mount] = []
    for mount in sorted(set(mounts), key=lambda mount: (mount.target.count("/"), mount.target, mount.source)):
        target = PurePosixPath(mount.target)
        _check(mount, target)
        outer = next((other for other in arranged if target.is_relative_to(other.target)), None)
        if _shown_by_system(mount) or (outer and _shows(outer, mount)):
            continue
        if outer:
            raise UserError(
                f"the mount at {mount.target} lies inside the one at {outer.target}",
                remedy="Mount only the outer directory, or choose targets beside each other.",
            )
        arranged.append(mount)
    return tuple(arranged)


def inside(argument: str, mounts: Iterable[Mount]) -> str:
    """Return where a host path is shown inside; anything else is returned unchanged."""
    path = PurePosixPath(argument)
    showing = [mount for mount in mounts if path.is_absolute() and path.is_relative_to(mount.source)]
    places = [str(PurePosixPath(mount.target) / path.relative_to(mount.source)) for mount in showing]
    return argument if not places or argument in places else places[0]


def _check(mount: Mount, target: PurePosixPath) -> None:
    if not target.is_absolute() or ".." in target.parts or "\0" in mount.target:
        raise UserError(
            f"the mount target {mount.target!r} is not a plain absolute path", remedy="Write it out in full."
        )
    reserved = any(target.is_relative_to(closed) for closed in _CLOSED)
    if reserved or any(fixed.is_relative_to(target) for fixed in (*_CLOSED, *_FIXED)):
        raise UserError(
            f"nothing can be mounted at {mount.target} in the sandbox",
            remedy="/, /work, /proc, /dev, /sys, /usr, /etc, /tmp and /home/agent are its own; choose another target.",
        )
    try:
        there = mount.source.is_absolute() and mount.source.exists()
    except OSError as error:
        problem = f"{mount.source}, to be shown in the sandbox, cannot be reached: {error.strerror}"
        raise UserError(problem, remedy="Name a directory that this user may enter.") from error
    if not there:
        raise UserError(
            f"{mount.source}, to be shown in the sandbox, is not there",
            remedy="Give an absolute path that exists, or remove it from [sandbox] mounts.",
        )


def _shown_by_system(mount: Mount) -> bool:
    source = PurePosixPath(mount.source)
    return source.is_relative_to(SYSTEM) and str(source) == mount.target


def _shows(outer: Mount, inner: Mount) -> bool:
    below = PurePosixPath(inner.target).relative_to(outer.target)
    return (outer.source / below).resolve() == inner.source.resolve()
