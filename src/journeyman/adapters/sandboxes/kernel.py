"""The few Linux calls that Python lacks; all but `adopted_orphans` act on the calling thread alone."""

import ctypes
import os
import platform
import struct
from collections.abc import Iterator
from contextlib import contextmanager

CLONE_NEWNS = 0x00020000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_SLAVE = 0x80000
MS_NOSUID_NODEV = 0x2 | 0x4
PR_SET_CHILD_SUBREAPER = 36
PR_GET_CHILD_SUBREAPER = 37

_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _OPEN_TREE_CLOEXEC, _MOVE_MOUNT_F_EMPTY_PATH = 0x1, 0o2000000, 0x4
_MOUNT_ATTR_IDMAP = 0x00100000
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
"""Numbered alike on every machine, as all system calls since Linux 5.1."""

_KEEP = -1
# The libc wrappers of these change every thread of the process; the bare calls change one.
_SET_IDS = {"x86_64": (117, 119, 116), "aarch64": (147, 149, 159)}
"""setresuid, setresgid, setgroups."""

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
_libc.syscall.restype = ctypes.c_long


def unshare_mounts() -> None:
    """Give the calling thread mounts of its own; they vanish with it and its children.

    Raises:
        OSError: not privileged enough.
    """
    _check(_libc.unshare(CLONE_NEWNS), "unshare")
    # What the host unmounts must not stay busy here, and what is mounted here must not show there.
    mount("none", "/", flags=MS_REC | MS_SLAVE)


def mount(source: str, target: str, *, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Attach a filesystem, or a part of one, somewhere.

    Raises:
        OSError: as the kernel says, with the target as file name.
    """
    status = _libc.mount(source.encode(), target.encode(), kind.encode(), flags, options.encode())
    _check(status, target)


def mapped_tree(descriptor: int, user_namespace: int) -> int:
    """Return a mount of a directory, attached nowhere, in which owners read as the namespace maps them.

    Raises:
        OSError: not privileged enough, a kernel before 5.12, or a file system that cannot.
    """
    flags = _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC | _AT_EMPTY_PATH | _AT_RECURSIVE
    tree = _called(_OPEN_TREE, descriptor, b"", flags)
    try:
        attributes = struct.pack("=QQQQ", _MOUNT_ATTR_IDMAP, 0, 0, user_namespace)
        _called(_MOUNT_SETATTR, tree, b"", _AT_EMPTY_PATH, attributes, len(attributes))
    except OSError:
        os.close(tree)
        raise
    return tree


def attach(tree: int, target: str) -> None:
    """Put a mount that is attached nowhere somewhere.

    Raises:
        OSError: as the kernel says.
    """
    _called(_MOVE_MOUNT, tree, b"", _AT_FDCWD, target.encode(), _MOVE_MOUNT_F_EMPTY_PATH)


@contextmanager
def real_ids(uid: int, gid: int) -> Iterator[None]:
    """Wear another real uid and gid for a moment, the effective ones unchanged.

    prlimit(2) compares the caller's *real* ids with its target's, and root in a container often
    lacks the capability that would excuse it.
    """
    before = os.getuid(), os.getgid()
    _set_real(uid, gid)
    try:
        yield
    finally:
        _set_real(*before)


@contextmanager
def acting_as(uid: int) -> Iterator[None]:
    """Be another user, of no groups but the one of the same number, for a moment; for a caller who is root.

    A program started meanwhile is that user's for good: exec(2) forgets the saved ids that bring us back, and
    with them every capability.
    """
    groups = os.getgroups()
    set_user, set_group, set_groups = _SET_IDS[platform.machine()]
    _raw(set_groups, 0, 0)
    try:
        _raw(set_group, uid, uid, _KEEP)
        _raw(set_user, uid, uid, _KEEP)
        yield
    finally:
        _raw(set_user, 0, 0, 0)
        _raw(set_group, 0, 0, 0)
        kept = (ctypes.c_uint32 * len(groups))(*groups)
        _raw(set_groups, len(groups), ctypes.addressof(kept))


def _raw(number: int, *arguments: int) -> None:
    _check(_libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)), "setresuid")


@contextmanager
def adopted_orphans() -> Iterator[None]:
    """Let descendants whose parent died fall to this process, not to the machine's process 1.

    A sandbox's process 1 outlives bubblewrap by a moment, and in many containers nobody else would bury it.
    """
    before = ctypes.c_int()
    _check(_libc.prctl(PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0), "prctl")
    _check(_libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")
    try:
        yield
    finally:
        _check(_libc.prctl(PR_SET_CHILD_SUBREAPER, before.value, 0, 0, 0), "prctl")


def _set_real(uid: int, gid: int) -> None:
    set_user, set_group, _ = _SET_IDS[platform.machine()]
    _raw(set_group, gid, _KEEP, _KEEP)
    _raw(set_user, uid, _KEEP, _KEEP)


def _called(number: int, *arguments: int | bytes) -> int:
    wide = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    status = int(_libc.syscall(ctypes.c_long(number), *wide))
    if status < 0:
        _check(status, f"system call {number}")
    return status


def _check(status: int, name: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
