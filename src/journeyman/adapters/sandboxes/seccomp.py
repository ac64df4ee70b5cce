"""A seccomp filter, assembled here: everything is allowed but what a test run never needs.

Every rule is a block of its own: when the system call's number matches, the block decides; otherwise
the next block is tried. So no jump is longer than its block, and the order of rules does not matter.
"""

import errno
import struct
from collections.abc import Sequence
from functools import cache
from typing import Final

from journeyman.adapters.sandboxes.syscalls import ARCHITECTURES, number

_Code = list[tuple[int, int, int, int]]
"""struct sock_filter: (code, jump if true, jump if false, k)."""

_LOAD, _AND, _JEQ, _JGT, _JGE, _JSET, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_X32_BIT: Final = 0x40000000

NO_PERMISSION: Final = (
    "mount umount2 pivot_root chroot unshare setns keyctl add_key request_key bpf perf_event_open ptrace "
    "process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd userfaultfd kexec_load kexec_file_load "
    "init_module finit_module delete_module reboot swapon swapoff syslog acct quotactl quotactl_fd clock_settime "
    "settimeofday adjtimex clock_adjtime sethostname setdomainname iopl ioperm modify_ldt lookup_dcookie nfsservctl "
    "vhangup name_to_handle_at open_by_handle_at fanotify_init move_pages migrate_pages mbind set_mempolicy "
    "set_mempolicy_home_node"
)
# Programs probe these and fall back when the kernel seems too old; EPERM would make them give up.
# clone3 and openat2 pass their flags behind a pointer, where no filter can look.
NOT_THERE: Final = (
    "clone3 openat2 io_uring_setup io_uring_enter io_uring_register open_tree open_tree_attr move_mount fsopen "
    "fsconfig fsmount fspick mount_setattr memfd_secret"
)

# Reserves space on a disk without writing: so fast that nobody looking on could stop it. Libraries write instead.
NOT_SUPPORTED: Final = "fallocate"
SEGMENT_BYTES_MAX: Final = 65536
"""Of shared memory of the old kind (shmget), which outlives its maker and shows in no process."""

NEW_NAMESPACE: Final = 0x7E020000
"""Every CLONE_NEW* flag that clone(2) takes."""
SET_ID_BITS: Final = 0o6000
MODE_ARGUMENT: Final = {"chmod": 1, "fchmod": 1, "fchmodat": 2, "fchmodat2": 2, "creat": 1, "mknod": 1, "mknodat": 2}
OPEN_ARGUMENTS: Final = {"open": (1, 2), "openat": (2, 3)}
_CREATES: Final = 0o100 | 0o20000000
"""O_CREAT and the distinguishing bit of O_TMPFILE: without them the mode argument is garbage."""
TTY_INJECTION: Final = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX; the kernel looks at the low 32 bits only, and so does the filter."""
UNIX, INET, INET6, NETLINK = 1, 2, 10, 16
FAMILIES: Final = (UNIX, INET, INET6, NETLINK)
"""The only socket families there are inside."""
SOCKET_TYPE_MASK, RAW = 0xF, 3


@cache
def seccomp_filter(machine: str) -> bytes:
    """Return the filter for `uname -m` as an array of struct sock_filter.

    Raises:
        KeyError: no numbers are known for this machine.
    """
    code: _Code = [(_LOAD, 0, 0, _ARCHITECTURE_AT), (_JEQ, 1, 0, ARCHITECTURES[machine]), _end(_KILL)]
    code.append((_LOAD, 0, 0, _NUMBER_AT))
    if machine == "x86_64":
        code += [(_JGE, 0, 1, _X32_BIT), _end(_KILL)]
    for name, block in _blocks():
        at = number(name, machine)
        if at is not None:
            code += [(_JEQ, 0, len(block), at), *block]
    code.append(_end(_ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _blocks() -> list[tuple[str, _Code]]:
    blocks = [(name, [_refuse(errno.EPERM)]) for name in NO_PERMISSION.split()]
    blocks += [(name, [_refuse(errno.ENOSYS)]) for name in NOT_THERE.split()]
    blocks += [(name, [_refuse(errno.EOPNOTSUPP)]) for name in NOT_SUPPORTED.split()]
    blocks += [("shmget", _refuse_above(1, SEGMENT_BYTES_MAX))]
    blocks += [("clone", _refuse_bits(0, NEW_NAMESPACE))]
    blocks += [(name, _refuse_bits(at, SET_ID_BITS)) for name, at in MODE_ARGUMENT.items()]
    blocks += [(name, _refuse_set_id_file(flags, mode)) for name, (flags, mode) in OPEN_ARGUMENTS.items()]
    blocks += [("ioctl", _refuse_values(1, TTY_INJECTION)), ("socket", _sockets())]
    return blocks


def _sockets() -> _Code:
    """Unix and netlink freely, internet but not raw, no other family (VSOCK reaches the hypervisor)."""
    not_raw = [_argument(1), (_AND, 0, 0, SOCKET_TYPE_MASK), (_JEQ, 0, 1, RAW), _refuse(errno.EPERM), _end(_ALLOW)]
    code = [_argument(0)]
    for family in (UNIX, NETLINK):
        code += [(_JEQ, 0, 1, family), _end(_ALLOW)]
    for family in (INET, INET6):
        code += [(_JEQ, 0, len(not_raw), family), *not_raw]
    return [*code, _refuse(errno.EAFNOSUPPORT)]


def _refuse_set_id_file(flags: int, mode: int) -> _Code:
    creating = [_argument(mode), (_JSET, 0, 1, SET_ID_BITS), _refuse(errno.EPERM), _end(_ALLOW)]
    return [_argument(flags), (_JSET, 0, len(creating), _CREATES), *creating, _end(_ALLOW)]


def _refuse_bits(argument: int, bits: int) -> _Code:
    return [_argument(argument), (_JSET, 0, 1, bits), _refuse(errno.EPERM), _end(_ALLOW)]


def _refuse_values(argument: int, values: Sequence[int]) -> _Code:
    code = [_argument(argument)]
    for value in values:
        code += [(_JEQ, 0, 1, value), _refuse(errno.EPERM)]
    return [*code, _end(_ALLOW)]


def _refuse_above(argument: int, most: int) -> _Code:
    code = [_argument(argument, high=True), (_JEQ, 1, 0, 0), _refuse(errno.EINVAL)]
    return [*code, _argument(argument), (_JGT, 0, 1, most), _refuse(errno.EINVAL), _end(_ALLOW)]


def _argument(position: int, *, high: bool = False) -> tuple[int, int, int, int]:
    """Load the low half of an argument, or the high one: both machines are little-endian."""
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * position + (4 if high else 0))


def _refuse(number_of_error: int) -> tuple[int, int, int, int]:
    return _end(_ERRNO | number_of_error)


def _end(action: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, action)
