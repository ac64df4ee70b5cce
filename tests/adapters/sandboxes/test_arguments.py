"""The order of bubblewrap's options is part of the protection."""

from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.arguments import Descriptors, bwrap_options
from journeyman.domain.command import Command, Mount

DESCRIPTORS = Descriptors(seccomp=10, status=11, block=12, etc=(("/etc/passwd", 13),), report=14)


def options(*, writable: bool = True, disable_userns: bool = True) -> list[str]:
    command = Command(argv=("true",), workspace=Path("/host/tree"), workspace_writable=writable, env=(("HOME", "/x"),))
    mounts = (Mount(source=Path("/opt/a"), target="/opt/b"),)
    return bwrap_options(
        command,
        mounts=mounts,
        reach=lambda path: Path("/reached", *path.parts[1:]),
        descriptors=DESCRIPTORS,
        disable_userns=disable_userns,
    )


def position(found: list[str], *wanted: str) -> int:
    (at,) = (n for n in range(len(found)) if tuple(found[n : n + len(wanted)]) == wanted)
    return at


def test_the_workspace_is_the_last_thing_mounted() -> None:
    found = options()
    workspace = position(found, "--bind", "/reached/host/tree", "/work")
    toolchain = position(found, "--ro-bind", "/reached/opt/a", "/opt/b")
    assert position(found, "--tmpfs", "/tmp") < toolchain < workspace
    after = [option for option in found[workspace + 1 :] if option.startswith("--")]
    assert not {"--bind", "--ro-bind", "--tmpfs", "--dir", "--symlink"} & set(after)
    assert "--remount-ro" in after


@pytest.mark.parametrize("space", ["user", "ipc", "pid", "net", "uts"])
def test_every_namespace_is_left(space: str) -> None:
    assert f"--unshare-{space}" in options()


def test_kernel_filesystems_are_closed_after_they_are_made() -> None:
    found = options()
    for place, made in (("/proc", "--proc"), ("/dev", "--dev")):
        assert position(found, made, place) < position(found, "--remount-ro", place)
    assert position(found, "--tmpfs", "/dev/shm") < position(found, "--remount-ro", "/dev")


def test_every_writable_tmpfs_has_a_size() -> None:
    found = options()
    for at, option in enumerate(found):
        if option == "--tmpfs":
            assert found[at - 2] == "--size"


def test_a_read_only_workspace_is_bound_read_only() -> None:
    assert position(options(writable=False), "--ro-bind", "/reached/host/tree", "/work") > 0


def test_the_command_names_its_environment() -> None:
    found = options()
    values = {found[at + 1]: found[at + 2] for at, option in enumerate(found) if option == "--setenv"}
    assert values == {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/x",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "PWD": "/work",
        "JOURNEYMAN_REPORT_FD": "14",
    }
    assert "--clearenv" in found


def test_user_namespaces_are_forbidden_where_that_works() -> None:
    assert "--disable-userns" in options()
    assert "--disable-userns" not in options(disable_userns=False)
