"""What a daemon is told: each protection, by name; and the filter against the one bubblewrap gets."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from journeyman.adapters.sandboxes.containers.image import COMMAND_UID, GUARD_UID, Image
from journeyman.adapters.sandboxes.containers.pack import Content
from journeyman.adapters.sandboxes.containers.seccomp_profile import seccomp_profile
from journeyman.adapters.sandboxes.containers.specification import Manner, room, specification
from journeyman.adapters.sandboxes.seccomp import NO_PERMISSION, NOT_THERE
from journeyman.domain.command import Limits, Mount

MIB = 2**20
CONTENT = Content(size_bytes=10 * MIB, entries=100)


DEFAULT = Limits()


def told(*, podman: bool = False, limits: Limits = DEFAULT, **manner: Any) -> dict[str, Any]:
    image = Image(digest="sha256:" + "a" * 64)
    mounts = (Mount(source=Path("/opt/tool"), target="/opt/tool"),)
    space = room(limits, CONTENT, writable=True)
    return specification(
        image, mounts, limits, space=space, manner=Manner(podman=podman, seccomp="{}", cpus=2, **manner)
    )


def test_nobody_is_root_and_process_1_is_another_user() -> None:
    assert told()["User"] == f"{GUARD_UID}:{GUARD_UID}"
    assert len({0, COMMAND_UID, GUARD_UID}) == 3


def test_isolation_is_spelled_out() -> None:
    host = told()["HostConfig"]
    expected = {"NetworkMode": "none", "ReadonlyRootfs": True, "CapDrop": ["ALL"], "IpcMode": "private"}
    assert {name: host[name] for name in expected} == expected
    assert host["SecurityOpt"] == ["no-new-privileges", "seccomp={}"]
    assert host["ReadonlyPaths"] == ["/proc"]
    assert {"/sys", "/proc/kcore", "/proc/keys"} <= set(host["MaskedPaths"])
    assert not {"Privileged", "PidMode", "Devices", "CapAdd", "Binds", "VolumesFrom"} & set(host)


def test_limits_are_the_commands() -> None:
    limits = Limits(memory_bytes=96 * MIB, processes=24, open_files=99, file_size_bytes=MIB)
    host = told(limits=limits)["HostConfig"]
    assert host["Memory"] == host["MemorySwap"] == 96 * MIB
    assert 24 < host["PidsLimit"] < 64
    ulimits = {item["Name"]: item["Hard"] for item in host["Ulimits"]}
    assert (ulimits["nofile"], ulimits["core"], ulimits["fsize"]) == (99, 0, MIB)


def test_what_may_be_written_adds_up() -> None:
    for disk_bytes in (16 * MIB, 2048 * MIB):
        space = room(Limits(disk_bytes=disk_bytes), Content(size_bytes=0, entries=0), writable=True)
        total = space.workspace_bytes + space.temporary_bytes + space.home_bytes + space.shared_bytes
        assert disk_bytes <= total <= disk_bytes + MIB


@pytest.mark.parametrize("podman", [False, True])
def test_the_workspace_is_never_bound_and_every_bind_is_read_only(podman: bool) -> None:
    host = told(podman=podman)["HostConfig"]
    binds = [mount for mount in host["Mounts"] if mount["Type"] == "bind"]
    assert binds
    assert all(mount["ReadOnly"] for mount in binds)
    assert "/work" not in {mount["Target"] for mount in binds}
    assert all("size=" in options for options in host["Tmpfs"].values())


def test_a_runtime_is_passed_on_only_when_named() -> None:
    assert "Runtime" not in told()["HostConfig"]
    assert told(runtime="runsc")["HostConfig"]["Runtime"] == "runsc"


def refused(name: str, machine: str, *arguments: int) -> int | None:
    """Evaluate a profile as the runtime's library does: the first rule whose every condition holds."""
    profile = json.loads(seccomp_profile(machine))
    assert profile["defaultAction"] == "SCMP_ACT_ALLOW"
    values = dict(enumerate(arguments))
    for rule in profile["syscalls"]:
        if name in rule["names"] and all(_holds(condition, values) for condition in rule["args"]):
            return int(rule["errnoRet"])
    return None


def _holds(condition: dict[str, Any], values: dict[int, int]) -> bool:
    value = values.get(condition["index"], 0)
    if condition["op"] == "SCMP_CMP_MASKED_EQ":
        return bool(value & condition["value"] == condition["valueTwo"])
    return bool(value == condition["value"] if condition["op"] == "SCMP_CMP_EQ" else value > condition["value"])


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_refuses_what_bubblewraps_does(machine: str) -> None:
    assert {refused(name, machine) for name in NO_PERMISSION.split()} == {errno.EPERM}
    assert {refused(name, machine) for name in NOT_THERE.split()} == {errno.ENOSYS}


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("clone", (0x10000000,), errno.EPERM),
        ("clone", (0x00020000 | 0x11,), errno.EPERM),
        ("clone", (0x01200011,), None),
        ("fchmodat", (0, 0, 0o4755), errno.EPERM),
        ("fchmodat", (0, 0, 0o2755), errno.EPERM),
        ("fchmodat", (0, 0, 0o1777), None),
        ("openat", (0, 0, 0o101, 0o4755), errno.EPERM),
        ("openat", (0, 0, 0o20200001, 0o2755), errno.EPERM),
        ("openat", (0, 0, 0, 0o4755), None),
        ("ioctl", (0, 0x5412), errno.EPERM),
        ("ioctl", (0, 0x1_0000_5412), errno.EPERM),
        ("ioctl", (0, 0x5413), None),
        ("socket", (1, 1), None),
        ("socket", (2, 0x80001), None),
        ("socket", (2, 3), errno.EPERM),
        ("socket", (10, 0x80003), errno.EPERM),
        ("socket", (16, 3), None),
        ("socket", (0, 1), errno.EAFNOSUPPORT),
        ("socket", (17, 1), errno.EAFNOSUPPORT),
        ("socket", (38, 1), errno.EAFNOSUPPORT),
        ("socket", (40, 1), errno.EAFNOSUPPORT),
        ("socket", (0x1_0000_0000 | 40, 1), errno.EAFNOSUPPORT),
        ("socket", (0x1_0000_0000 | 2, 3), errno.EAFNOSUPPORT),
    ],
)
def test_the_filter_looks_at_arguments(name: str, arguments: tuple[int, ...], error: int | None) -> None:
    assert refused(name, "x86_64", *arguments) == error
