"""The seccomp filter of `journeyman.adapters.sandboxes.seccomp`, in the words that container runtimes take.

One rule of theirs can compare several arguments, but each of them once: "any of these bits" and "none of
these values" become several rules. Numbers are compared whole, so a value with garbage above its low half
is refused rather than let through.
"""

import errno
import json
import platform
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any, Final

from journeyman.adapters.sandboxes.seccomp import (
    FAMILIES,
    INET,
    INET6,
    MODE_ARGUMENT,
    NEW_NAMESPACE,
    NO_PERMISSION,
    NOT_THERE,
    OPEN_ARGUMENTS,
    RAW,
    SET_ID_BITS,
    SOCKET_TYPE_MASK,
    TTY_INJECTION,
)

_ARCHITECTURES: Final = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64", "arm64": "SCMP_ARCH_AARCH64"}
_LOW_HALF: Final = 0xFFFFFFFF
_CREATING: Final = (0o100, 0o20000000)
"""O_CREAT, and the distinguishing bit of O_TMPFILE."""

_Condition = dict[str, Any]


@cache
def seccomp_profile(machine: str = "") -> str:
    """Return the profile as JSON for a `uname -m`, this machine's by default."""
    rules = [_rule(NO_PERMISSION.split(), errno.EPERM), _rule(NOT_THERE.split(), errno.ENOSYS)]
    rules += [_rule(["clone"], errno.EPERM, _has(0, bit)) for bit in _bits(NEW_NAMESPACE)]
    for name, position in MODE_ARGUMENT.items():
        rules += [_rule([name], errno.EPERM, _has(position, bit)) for bit in _bits(SET_ID_BITS)]
    for name, (flags, mode) in OPEN_ARGUMENTS.items():
        for creating, bit in product(_CREATING, _bits(SET_ID_BITS)):
            rules.append(_rule([name], errno.EPERM, _has(flags, creating), _has(mode, bit)))
    rules += [_rule(["ioctl"], errno.EPERM, _masked(1, _LOW_HALF, request)) for request in TTY_INJECTION]
    rules += _sockets()
    profile = {
        "defaultAction": "SCMP_ACT_ALLOW",
        "architectures": [_ARCHITECTURES[machine or platform.machine()]],
        "syscalls": rules,
    }
    return json.dumps(profile, separators=(",", ":"))


def _sockets() -> list[dict[str, Any]]:
    """Refuse every family between and above the allowed ones, and raw sockets of the internet's."""
    others = [family for family in range(max(FAMILIES)) if family not in FAMILIES]
    conditions = [_compare(0, family, "SCMP_CMP_EQ") for family in others]
    conditions.append(_compare(0, max(FAMILIES), "SCMP_CMP_GT"))
    rules = [_rule(["socket"], errno.EAFNOSUPPORT, condition) for condition in conditions]
    for family in (INET, INET6):
        raw = (_compare(0, family, "SCMP_CMP_EQ"), _masked(1, SOCKET_TYPE_MASK, RAW))
        rules.append(_rule(["socket"], errno.EPERM, *raw))
    return rules


def _rule(names: list[str], error: int, *conditions: _Condition) -> dict[str, Any]:
    return {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": error, "args": list(conditions)}


def _has(position: int, bits: int) -> _Condition:
    return _masked(position, bits, bits)


def _masked(position: int, mask: int, value: int) -> _Condition:
    return {"index": position, "value": mask, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"}


def _compare(position: int, value: int, operation: str) -> _Condition:
    return {"index": position, "value": value, "valueTwo": 0, "op": operation}


def _bits(mask: int) -> Iterator[int]:
    return (1 << position for position in range(mask.bit_length()) if mask >> position & 1)
