"""Everything a daemon is told of a container, as a pure function. What is not said here is the daemon's default."""

import resource
from dataclasses import dataclass
from typing import Any

from journeyman.adapters.sandboxes.containers.image import COMMAND_UID, GUARD_UID, Image
from journeyman.adapters.sandboxes.containers.pack import Content
from journeyman.adapters.sandboxes.containers.reaper import labels
from journeyman.adapters.sandboxes.mounts import HOME, WORKSPACE
from journeyman.domain.command import Limits, Mount

GUARD_PROCESSES = 2
"""The shell that is process 1, and its `cat`."""
_HELPERS = 16
"""Room for the runtime, which enters the container with several threads to start a command."""
_MIB = 2**20
_PAGE_BYTES = 4096
_MAX_PROCESSES = 32_768
_SHM_BYTES = 64 * _MIB
_OPTIONS = "nosuid,nodev,exec"

# Process 1 lives as long as the connection of its owner, so that containers die with the product; it runs as
# another user than commands do, and buries what they leave.
_GUARD = "exec 3<&0; cat <&3 >/dev/null & exec 3<&-; wait $!"

_MASKED = (
    *("/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list"),
    *("/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/proc/interrupts", "/sys"),
    *("/etc/hostname", "/etc/resolv.conf"),  # which daemons bring in
)
_READ_ONLY_OF_PROC = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How strictly containers are made here; the probe finds the strictest manner that works."""

    podman: bool
    seccomp: str
    """The filter: its text for Docker, the path of a file that holds it for Podman."""
    cpus: int
    runtime: str = ""
    read_only_proc: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How the bytes a command may write are divided."""

    writable: bool
    """Whether commands own the workspace."""
    workspace_bytes: int
    temporary_bytes: int
    home_bytes: int
    shared_bytes: int
    entries: int
    """Files, directories and links that the workspace has room for."""
    new_files: int
    """What a temporary file system has room for."""


def room(limits: Limits, content: Content, *, writable: bool) -> Room:
    """Divide what may be written; what the workspace holds already comes on top."""
    temporary = min(limits.temporary_bytes, limits.disk_bytes // 4)
    home = min(64 * _MIB, limits.disk_bytes // 8)
    shared = min(_SHM_BYTES, limits.disk_bytes // 8)
    workspace = (
        limits.disk_bytes - temporary - home - shared + content.size_bytes + content.entries * _PAGE_BYTES + _MIB
    )
    return Room(
        writable=writable,
        workspace_bytes=workspace,
        temporary_bytes=temporary,
        home_bytes=home,
        shared_bytes=shared,
        entries=limits.new_files + content.entries + 1,
        new_files=limits.new_files,
    )


def specification(
    image: Image, mounts: tuple[Mount, ...], limits: Limits, *, space: Room, manner: Manner
) -> dict[str, Any]:
    """Return the body of the call that creates a container."""
    return {
        "Image": image.digest,
        "Entrypoint": ["/bin/sh", "-c", _GUARD],
        "Cmd": [],
        "Env": [],
        "User": f"{GUARD_UID}:{GUARD_UID}",
        "WorkingDir": "/",
        "Hostname": "sandbox",
        "Labels": labels(),
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "Healthcheck": {"Test": ["NONE"]},
        "HostConfig": {
            **_isolation(manner),
            **_ceilings(limits, manner),
            "ShmSize": space.shared_bytes,
            **_filesystems(image, mounts, space, podman=manner.podman),
        },
    }


def _isolation(manner: Manner) -> dict[str, Any]:
    options = ["no-new-privileges", "seccomp=" + manner.seccomp]
    if manner.podman:
        options.append("mask=" + ":".join(_MASKED))
    read_only = ("/proc",) if manner.read_only_proc else _READ_ONLY_OF_PROC
    return {
        "NetworkMode": "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": options,
        "MaskedPaths": list(_MASKED),
        "ReadonlyPaths": list(read_only),
        "IpcMode": "private",
        "Dns": ["127.0.0.1"],  # else the host's resolver and search domains are shown
        "DnsSearch": ["."],
        "LogConfig": {"Type": "none"},
        "RestartPolicy": {"Name": "no"},
        **({"Runtime": manner.runtime} if manner.runtime else {}),
    }


def _ceilings(limits: Limits, manner: Manner) -> dict[str, Any]:
    _, most = resource.getrlimit(resource.RLIMIT_NPROC)
    processes = _MAX_PROCESSES if most == resource.RLIM_INFINITY else min(most, _MAX_PROCESSES)
    ulimits = {
        "nofile": limits.open_files,
        "core": 0,
        "fsize": limits.file_size_bytes,
        "nproc": processes,  # counts all of one uid; the group's count of processes is the limit
    }
    return {
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes,
        "PidsLimit": limits.processes + GUARD_PROCESSES + _HELPERS,
        "NanoCpus": manner.cpus * 10**9,
        "CpuShares": 512,
        "Ulimits": [{"Name": name, "Soft": value, "Hard": value} for name, value in ulimits.items()],
    }


def _filesystems(image: Image, mounts: tuple[Mount, ...], space: Room, *, podman: bool) -> dict[str, Any]:
    inodes = "" if podman else f",nr_inodes={space.new_files}"  # Podman takes no such option
    temporary = {
        "/tmp": f"size={space.temporary_bytes},mode=1777,{_OPTIONS}{inodes}",  # noqa: S108 - a path inside
        str(HOME): f"size={space.home_bytes},mode=1777,{_OPTIONS}{inodes}",
    }
    shown = [
        {"Type": "bind", "Source": str(mount.source), "Target": mount.target, "ReadOnly": True}
        for mount in (*image.mounts, *mounts)
    ]
    if podman:
        # Podman reaches into a temporary file system of a running container, Docker only into volumes.
        temporary[str(WORKSPACE)] = f"size={space.workspace_bytes},mode=0755,{_OPTIONS}"
        temporary |= dict.fromkeys(("/run", "/var/tmp"), "size=4096,mode=0755,ro")  # noqa: S108
        return {"Tmpfs": temporary, "Mounts": shown}
    owner = COMMAND_UID if space.writable else 0
    options = f"size={space.workspace_bytes},nr_inodes={space.entries},mode=0755,uid={owner},gid={owner},nosuid,nodev"
    driver = {"Name": "local", "Options": {"type": "tmpfs", "device": "tmpfs", "o": options}}
    volume = {"Type": "volume", "Target": str(WORKSPACE), "VolumeOptions": {"DriverConfig": driver, "Labels": labels()}}
    return {"Tmpfs": temporary, "Mounts": [volume, *shown]}


def command_user() -> str:
    """Return whom commands run as."""
    return f"{COMMAND_UID}:{COMMAND_UID}"
