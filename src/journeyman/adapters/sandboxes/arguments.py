"""The command line of bubblewrap, as a pure function. The order is part of the protection."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from journeyman.adapters.sandboxes.mounts import HOME, SYSTEM, WORKSPACE
from journeyman.domain.command import Command, Limits, Mount
from journeyman.domain.errors import UserError

REPORT_VARIABLE = "JOURNEYMAN_REPORT_FD"
UID = 1000
_MIB = 2**20
_SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SYSTEM_FILES = ("ld.so.cache", "alternatives", "ssl/certs", "ssl/openssl.cnf", "mime.types", "localtime")

ETC = {
    "/etc/passwd": f"root:x:0:0::/nonexistent:/bin/false\nagent:x:{UID}:{UID}::{HOME}:/bin/sh\n",
    "/etc/group": f"root:x:0:\nagent:x:{UID}:\n",
    "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
"""Files made for the sandbox, since the host's own would tell about the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptors:
    """Numbers of the open files that bubblewrap inherits."""

    seccomp: int
    status: int
    block: int
    etc: tuple[tuple[str, int], ...]
    """(path inside, descriptor of the content)."""
    report: int | None = None

    @property
    def inherited(self) -> tuple[int, ...]:
        """All of them."""
        report = () if self.report is None else (self.report,)
        return (self.seccomp, self.status, self.block, *(number for _, number in self.etc), *report)


def bwrap_options(
    command: Command,
    *,
    mounts: Iterable[Mount],
    reach: Callable[[Path], Path],
    descriptors: Descriptors,
    disable_userns: bool,
) -> list[str]:
    """Return bubblewrap's options, all but the command line to run.

    `reach` says where the caller of bubblewrap finds a host path.

    Raises:
        UserError: the command is empty or holds a NUL.
    """
    options = [
        *_isolation(disable_userns=disable_userns),
        *_system(descriptors),
        *_kernel_filesystems(command.limits),
    ]
    for mount in mounts:
        options += ["--ro-bind", str(reach(mount.source)), mount.target]
    # The workspace comes last and nothing is mounted below it: its names are the attacker's.
    options += [*_workspace(command, reach), "--chdir", str(WORKSPACE)]
    options += ["--remount-ro", "/", *_set(environment(command, descriptors.report))]
    options += ["--seccomp", str(descriptors.seccomp), "--json-status-fd", str(descriptors.status)]
    options += ["--block-fd", str(descriptors.block)]
    # Options travel separated by NUL: one inside a value would begin an option of the writer's choice.
    refuse_unsendable(command, *options)
    return options


def refuse_unsendable(command: Command, *options: str) -> None:
    """Refuse a command that no process can be started with.

    Raises:
        UserError: it is empty, or holds a NUL.
    """
    values = (part for pair in command.env for part in pair)
    if not command.argv or any("\0" in part for part in (*options, *command.argv, *values)):
        raise UserError("a command must have a name, and no NUL in it, its arguments or its environment")


def environment(command: Command, report: int | None) -> dict[str, str]:
    """Return the whole environment inside; `report` is the descriptor of the report."""
    values = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(HOME), "TMPDIR": "/tmp", "LANG": "C.UTF-8"}  # noqa: S108
    values["PWD"] = str(WORKSPACE)
    values |= dict(command.env)
    if report is not None:
        values[REPORT_VARIABLE] = str(report)
    return values


def _isolation(*, disable_userns: bool) -> list[str]:
    spaces = ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    options = [*spaces, "--unshare-cgroup-try", "--uid", str(UID), "--gid", str(UID), "--hostname", "sandbox"]
    if disable_userns:
        options.append("--disable-userns")
    return [*options, "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv"]


def _system(descriptors: Descriptors) -> list[str]:
    options = ["--ro-bind", str(SYSTEM), str(SYSTEM)]
    for name in _SYSTEM_LINKS:
        place = Path("/", name)
        if place.is_symlink():
            options += ["--symlink", f"usr/{name}", str(place)]
        elif place.is_dir():
            options += ["--ro-bind", str(place), str(place)]
    for name in _SYSTEM_FILES:
        options += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for path, descriptor in descriptors.etc:
        options += ["--perms", "0444", "--ro-bind-data", str(descriptor), path]
    return options


def _kernel_filesystems(limits: Limits) -> list[str]:
    small, large = (str(min(size, limits.disk_bytes)) for size in (64 * _MIB, limits.temporary_bytes))
    return [
        # A writable /proc/sys is the host's when the caller is root, and oom_score_adj is everyone's.
        *("--proc", "/proc", "--remount-ro", "/proc"),
        # / and /dev are tmpfs without a size: closed to writing, each writable place has its own.
        *("--dev", "/dev", "--perms", "1777", "--size", small, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),  # noqa: S108
        *("--perms", "1777", "--size", large, "--tmpfs", "/tmp", "--symlink", "../tmp", "/var/tmp"),  # noqa: S108
        *("--perms", "0700", "--size", small, "--tmpfs", str(HOME)),
    ]


def _workspace(command: Command, reach: Callable[[Path], Path]) -> list[str]:
    place = reach(command.workspace)
    if command.base:
        upper, work = str(place / "upper"), str(place / "work")
        return ["--overlay-src", str(reach(command.base)), "--overlay", upper, work, str(WORKSPACE)]
    return ["--bind" if command.workspace_writable else "--ro-bind", str(place), str(WORKSPACE)]


def _set(values: Mapping[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in ("--setenv", name, value)]
