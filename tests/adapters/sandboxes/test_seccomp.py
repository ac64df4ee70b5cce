"""The filter, run by an interpreter of its own: what it refuses, and that it lets everything else be."""

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.adapters.sandboxes.seccomp import seccomp_filter
from journeyman.adapters.sandboxes.syscalls import ARCHITECTURES, number

ALLOW, KILL = 0x7FFF0000, 0x80000000
MACHINES = sorted(ARCHITECTURES)
machines = pytest.mark.parametrize("machine", MACHINES)
O_CREAT = 0o100


def verdict(machine: str, call: int, *arguments: int, arch: int | None = None) -> int:
    """Run the program on one struct seccomp_data."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", call & 0xFFFFFFFF, ARCHITECTURES[machine] if arch is None else arch, 0, *padded)
    program = list(struct.iter_unpack("=HBBI", seccomp_filter(machine)))
    accumulator, at = 0, 0
    while True:
        code, if_true, if_false, k = program[at]
        at += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif code == 0x54:
            accumulator &= k
        elif code == 0x06:
            return int(k)
        else:
            jumps = {0x15: accumulator == k, 0x25: accumulator > k, 0x35: accumulator >= k, 0x45: bool(accumulator & k)}
            holds = jumps[code]
            at += if_true if holds else if_false


def refused(machine: str, name: str, *arguments: int) -> int | None:
    """Return the errno a call gets, None when it is allowed."""
    call = number(name, machine)
    assert call is not None
    action = verdict(machine, call, *arguments)
    return None if action == ALLOW else action & 0xFFFF


@machines
@pytest.mark.parametrize("name", ["mount", "unshare", "ptrace", "bpf", "keyctl", "perf_event_open", "userfaultfd"])
def test_what_reaches_the_kernel_is_not_permitted(machine: str, name: str) -> None:
    assert refused(machine, name) == errno.EPERM


@machines
@pytest.mark.parametrize("name", ["clone3", "openat2", "io_uring_setup", "open_tree", "fsopen", "memfd_secret"])
def test_what_programs_probe_for_seems_absent(machine: str, name: str) -> None:
    assert refused(machine, name) == errno.ENOSYS


@machines
def test_a_process_may_be_cloned_but_not_a_namespace(machine: str) -> None:
    assert refused(machine, "clone", 0x01200011) is None
    assert refused(machine, "clone", 0x003D0F00) is None
    for flag in (0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert refused(machine, "clone", flag | 17) == errno.EPERM


@machines
def test_set_id_bits_cannot_be_made(machine: str) -> None:
    for mode in (0o4755, 0o2755, 0o6000):
        assert refused(machine, "fchmod", 3, mode) == errno.EPERM
        assert refused(machine, "fchmodat", 3, 0, mode) == errno.EPERM
        assert refused(machine, "openat", 3, 0, O_CREAT, mode) == errno.EPERM
        assert refused(machine, "mknodat", 3, 0, mode | 0o100000) == errno.EPERM
    assert refused(machine, "fchmod", 3, 0o1777) is None
    assert refused(machine, "openat", 3, 0, O_CREAT, 0o755) is None


@machines
def test_opening_without_creating_ignores_the_mode(machine: str) -> None:
    assert refused(machine, "openat", 3, 0, 0o2, 0o6777) is None


@machines
def test_sockets_are_local_or_internet_and_not_raw(machine: str) -> None:
    stream, datagram, raw, flags = 1, 2, 3, 0o2004000
    for family in (1, 2, 10, 16):
        assert refused(machine, "socket", family, stream | flags) is None
        assert refused(machine, "socket", family, datagram) is None
    assert refused(machine, "socket", 16, raw) is None
    for family in (2, 10):
        assert refused(machine, "socket", family, raw | flags) == errno.EPERM
    for family in (17, 38, 40):
        assert refused(machine, "socket", family, stream) == errno.EAFNOSUPPORT


@machines
def test_terminal_input_cannot_be_forged_in_any_width(machine: str) -> None:
    for request in (0x5412, 0x541C, 0x5412 | 1 << 32):
        assert refused(machine, "ioctl", 0, request) == errno.EPERM
    assert refused(machine, "ioctl", 0, 0x5401) is None


@given(machine=st.sampled_from(MACHINES), call=st.integers(0, 2**32 - 1), arch=st.integers(0, 2**32 - 1))
def test_a_foreign_architecture_is_killed(machine: str, call: int, arch: int) -> None:
    if arch != ARCHITECTURES[machine]:
        assert verdict(machine, call, arch=arch) == KILL


@given(call=st.integers(0x40000000, 2**32 - 1))
def test_x32_is_killed(call: int) -> None:
    assert verdict("x86_64", call) == KILL


@given(
    machine=st.sampled_from(MACHINES), call=st.integers(0, 460), arguments=st.tuples(*[st.integers(0, 2**64 - 1)] * 6)
)
def test_every_call_gets_a_verdict(machine: str, call: int, arguments: tuple[int, ...]) -> None:
    assert verdict(machine, call, *arguments) & 0xFFFF0000 in {ALLOW, 0x00050000}


@machines
def test_ordinary_calls_are_allowed(machine: str) -> None:
    ordinary = {"x86_64": (0, 1, 3, 9, 59, 231, 257, 262), "aarch64": (56, 57, 63, 64, 79, 93, 221, 222)}[machine]
    assert [verdict(machine, call) for call in ordinary] == [ALLOW] * len(ordinary)


def test_an_unknown_machine_has_no_filter() -> None:
    with pytest.raises(KeyError):
        seccomp_filter("vax")
