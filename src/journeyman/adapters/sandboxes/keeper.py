"""The keeper of a warm sandbox: a program of its own that starts each command in namespaces of its own.

It stands outside the sandbox's process namespace, so that no command ever sees it, and inside its mounts
and its network. For each command it makes a process 1 ahead of time, in new process, mount and IPC
namespaces, which has given up every right already and waits to be told what to run. When that process 1
ends, the kernel kills all that is left of the command. Commands cannot look into it or write to it (it is
not dumpable), nor kill it (process 1 of a namespace takes no signal from inside), and of what it has open
they inherit only their own input, output and report.

Run as `python -I -S keeper.py SOCKET UID`; needs the standard library alone. See `warm.py` for the other end.
"""

import ctypes
import errno
import fcntl
import io
import json
import os
import platform
import signal
import socket
import struct
import sys

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
_CLONE_PIDFD = 0x00001000
_MS_READ_ONLY, _MS_NOSUID_NODEV_NOEXEC, _MS_PRIVATE_TREE = 1, 2 | 4 | 8, 0x4000 | 0x40000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_NS_GET_USERNS = 0xB701
_CLONE = {"x86_64": 56, "aarch64": 220}
_CANNOT_START = 127
_MESSAGE_BYTES = 65536
_DESCRIPTORS = 8
_INT = struct.Struct("i")
REPORT = 3
"""Where a command finds its report."""

# PyDLL: the interpreter is not let go of around a call, so the child of a bare clone(2) need not get it back.
_libc = ctypes.PyDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def main(control: int, uid: int) -> None:
    """Enter the sandbox that the first message names; hand out a process 1 at once, and one more per message."""
    if os.geteuid() != uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _forget_command_line()
    requests = socket.socket(fileno=control)
    first = requests.recv(_MESSAGE_BYTES)
    if not first:
        return
    sandbox = json.loads(first)
    inner, code = _enter(sandbox["member"]), bytes.fromhex(sandbox["filter"])
    for number in signal.valid_signals():  # what Python ignores or handles; process 1 is deaf to all others
        if signal.getsignal(number) not in {signal.SIG_DFL, None}:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever asked waits by descriptor; the kernel buries
    while first or requests.recv(_MESSAGE_BYTES):
        first = b""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid, pidfd = _clone(NEWPID | NEWNS | NEWIPC)
        if pid == 0:
            try:
                requests.close()
                ours.close()
                _first_process(theirs, inner, code=code, directory=sandbox["directory"])
            finally:
                os._exit(0)
        theirs.close()
        socket.send_fds(requests, [b"%d" % pid], [pidfd, ours.fileno()])
        ours.close()
        os.close(pidfd)


def receive(source: socket.socket) -> tuple[bytes, list[int]]:
    """Receive a message with its descriptors, none of which is inherited (`socket.recv_fds` cannot promise that)."""
    room = socket.CMSG_SPACE(_DESCRIPTORS * _INT.size)
    message, ancillary, _, _ = source.recvmsg(_MESSAGE_BYTES, room, socket.MSG_CMSG_CLOEXEC)
    descriptors = [
        _INT.unpack_from(data, at)[0]
        for level, kind, data in ancillary
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        for at in range(0, len(data) - len(data) % _INT.size, _INT.size)
    ]
    return message, descriptors


def _enter(member: int) -> int:
    """Join a process's namespaces but that of processes; return its own user namespace, -1 when there is one only."""
    kinds = {"net": NEWNET, "uts": NEWUTS, "cgroup": NEWCGROUP, "mnt": NEWNS}
    opened = {kind: os.open(f"/proc/{member}/ns/{kind}", os.O_RDONLY) for kind in ("user", *kinds)}
    # Its mounts may belong to an outer user namespace, where bubblewrap made them before it shut the door.
    outer = fcntl.ioctl(opened["mnt"], _NS_GET_USERNS)
    _check(_libc.setns(outer, NEWUSER), "setns user")
    for kind, flag in kinds.items():
        _check(_libc.setns(opened[kind], flag), f"setns {kind}")
        os.close(opened[kind])
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl")
    _check(_libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0), "prctl")
    same = os.fstat(outer).st_ino == os.fstat(opened["user"]).st_ino
    os.close(outer)
    if same:
        os.close(opened["user"])
    return -1 if same else opened["user"]


def _first_process(channel: socket.socket, inner: int, *, code: bytes, directory: str) -> None:
    """Be process 1 of one command: give up every right, start it when told, bury orphans, say how it ended."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0), "prctl")
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _mount("none", "/", "", _MS_PRIVATE_TREE)
    _mount("proc", "/proc", "proc", _MS_READ_ONLY | _MS_NOSUID_NODEV_NOEXEC)
    if inner >= 0:
        _check(_libc.setns(inner, NEWUSER), "setns user")
        os.close(inner)
    _give_up_rights(code)
    os.chdir(directory)
    message, descriptors = receive(channel)
    if not message:  # nobody is left who would wait for us
        return
    _let_in(descriptors[: int(message)])
    channel.send(b".")
    asked, gate, stdin, output, *report = descriptors[int(message) :]
    with io.FileIO(asked) as file:
        request = json.loads(file.read())
    if not os.read(gate, 1):
        return
    argv = [os.fsencode(argument) for argument in request["argv"]]
    environment = {os.fsencode(name): os.fsencode(value) for name, value in request["environment"].items()}
    command, status = _start(argv, environment, [stdin, output, output, *report])
    for descriptor in (gate, stdin, output, *report):
        os.close(descriptor)
    while command:
        pid, how = os.wait()
        if pid == command:
            status = os.waitstatus_to_exitcode(how)
            break
    channel.send(json.dumps({"exit-code": status if status >= 0 else 128 - status}).encode() + b"\n")


def _let_in(entrances: list[int]) -> None:
    """Enter control groups; whoever asked moves us there when we cannot."""
    for place in entrances:
        try:
            os.write(place, b"0")
        except OSError:
            return
        finally:
            os.close(place)


def _start(argv: list[bytes], environment: dict[bytes, bytes], files: list[int]) -> tuple[int, int]:
    """Start the command; return (its process, 0), or (0, exit status) when it cannot be started."""
    # Moved out of the way first: what stands at a low number may be wanted at another.
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 64) for descriptor in files]
    actions = [(os.POSIX_SPAWN_DUP2, descriptor, place) for place, descriptor in enumerate(high)]
    failure: int | None = errno.ENOENT
    for path in _places(argv[0], environment.get(b"PATH", b"")):
        for line in ([path, *argv[1:]], [b"/bin/sh", path, *argv[1:]]):
            try:
                pid = os.posix_spawn(line[0], [argv[0], *line[1:]], environment, file_actions=actions, setsid=True)
            except OSError as error:
                if error.errno == errno.ENOEXEC and line[0] == path:
                    continue  # a script without a first line is the shell's
                failure = failure if error.errno in {errno.ENOENT, errno.ENOTDIR} else error.errno
                break
            for descriptor in high:
                os.close(descriptor)
            return pid, 0
    os.write(high[1], b"cannot run %s: %s\n" % (argv[0], os.strerror(failure or errno.EIO).encode()))
    return 0, _CANNOT_START


def _places(name: bytes, path: bytes) -> list[bytes]:
    if b"/" in name:
        return [name]
    return [(directory or b".") + b"/" + name for directory in path.split(b":")]


def _give_up_rights(code: bytes) -> None:
    """Drop all capabilities for good and put the seccomp filter on."""
    number = 0
    while _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) == 0:
        number += 1
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, bytes(24)), "capset")
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    program = _Filter(len(code) // 8, code)
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0), "prctl")


def _clone(flags: int) -> tuple[int, int]:
    """Fork into new namespaces; return (pid, descriptor of the process), (0, -1) in the child."""
    pidfd = ctypes.c_int(-1)
    zero = ctypes.c_long(0)
    number = ctypes.c_long(_CLONE[platform.machine()])
    wanted = ctypes.c_long(flags | _CLONE_PIDFD | int(signal.SIGCHLD))
    pid = _libc.syscall(number, wanted, zero, ctypes.byref(pidfd), zero, zero)
    _check(0 if pid >= 0 else -1, "clone")
    return pid, pidfd.value


def _forget_command_line() -> None:
    """Overwrite our own arguments: they name host paths, and commands can read those of their process 1."""
    with io.FileIO("/proc/self/stat") as file:
        fields = (file.read() or b"").rpartition(b")")[2].split()
    start, end = int(fields[45]), int(fields[46])
    ctypes.memset(start, 0, end - start)


def _mount(source: str, target: str, kind: str, flags: int) -> None:
    _check(_libc.mount(source.encode(), target.encode(), kind.encode(), flags, None), f"mount {target}")


def _check(status: int, name: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
