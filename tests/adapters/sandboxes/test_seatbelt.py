"""macOS's sandbox: its profile as text, and its driver with a stand-in for the program that only macOS has."""

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from journeyman.adapters.sandboxes.seatbelt import SeatbeltSandbox, open_sandbox
from journeyman.adapters.sandboxes.seatbelt_profile import seatbelt_profile
from journeyman.domain.command import Command, Mount, Network
from journeyman.domain.errors import UserError
from journeyman.settings import load_settings

WORKSPACE, SCRATCH, TOOLS = Path("/Users/a/project"), Path("/private/var/folders/x"), Path("/Users/a/.venv")


def profile(*, writable: bool = True, proxy_port: int | None = None) -> str:
    return seatbelt_profile(
        workspace=WORKSPACE, writable=writable, scratch=SCRATCH, readable=[TOOLS], proxy_port=proxy_port
    )


def rules(text: str) -> list[str]:
    return re.sub(r"\n  ", " ", text).splitlines()


def test_everything_is_denied_first() -> None:
    assert rules(profile())[:2] == ["(version 1)", "(deny default)"]
    assert "(deny default)" not in rules(profile())[2:]


def test_only_workspace_and_scratch_are_written() -> None:
    subpaths = [
        path
        for rule in rules(profile())
        if rule.startswith("(allow file-write*")
        for path in re.findall(r'"(.*?)"', rule)
    ]
    assert subpaths == [str(SCRATCH), str(WORKSPACE)]
    read_only = [rule for rule in rules(profile(writable=False)) if rule.startswith("(allow file-write*")]
    assert read_only == [f'(allow file-write* (subpath "{SCRATCH}"))']


def test_the_home_and_the_keychain_are_not_read() -> None:
    reads = [rule for rule in rules(profile()) if rule.startswith("(allow file-read* (")]
    shown = [path for rule in reads for path in re.findall(r'"(.*?)"', rule)]
    assert {str(WORKSPACE), str(SCRATCH), str(TOOLS)} <= set(shown)
    for hidden in ("/Users", "/Users/a", "/private/var", "/Library", "/private/etc"):
        assert f'(subpath "{hidden}")' not in profile()


def test_there_is_no_network_but_the_proxys_port() -> None:
    assert [rule for rule in rules(profile()) if "network" in rule] == ["(deny network*)"]
    assert [rule for rule in rules(profile(proxy_port=3128)) if "network" in rule] == snapshot(
        ["(deny network*)", '(allow network-outbound (remote tcp "localhost:3128"))']
    )


@pytest.mark.parametrize(
    "path", [".git/config", "deep/.GIT/hooks/post-checkout", ".git/hooks", ".zshrc", ".vscode/tasks.json", ".mcp.json"]
)
def test_what_runs_on_the_host_later_is_never_written(path: str) -> None:
    denials = [re.search(r'regex #"(.*)"', rule) for rule in rules(profile()) if rule.startswith("(deny file-write*")]
    assert any(found and re.search(found[1], f"{WORKSPACE}/{path}") for found in denials)


@pytest.mark.parametrize("path", ["config", ".gitignore", "src/git/config", "profile", ".git/index", "mcp.json"])
def test_ordinary_files_are(path: str) -> None:
    denials = [re.search(r'regex #"(.*)"', rule) for rule in rules(profile()) if rule.startswith("(deny file-write*")]
    assert not any(found and re.search(found[1], f"{WORKSPACE}/{path}") for found in denials)


def test_denials_come_after_what_they_take_back() -> None:
    text = profile(proxy_port=1)
    assert text.index("(allow file-write*") < text.index("(deny file-write* (regex")
    assert text.index("(deny network*)") < text.index("(allow network-outbound")


def test_no_apple_event_and_nothing_opened_by_launch_services() -> None:
    assert {"(deny appleevent-send)", "(deny lsopen)"} <= set(rules(profile()))


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "a)(allow default"])
def test_a_path_cannot_add_a_rule(name: str) -> None:
    path = Path("/Users/a", name)
    if '"' in name or "\\" in name or "\n" in name:
        with pytest.raises(ValueError, match="profile"):
            seatbelt_profile(workspace=path, writable=True, scratch=SCRATCH, readable=[])
    else:
        text = seatbelt_profile(workspace=path, writable=True, scratch=SCRATCH, readable=[])
        assert f'(subpath "{path}")' in text


async def test_elsewhere_it_refuses() -> None:
    with pytest.raises(UserError, match="macOS") as caught:
        async with open_sandbox("", load_settings(environment={})):
            raise AssertionError
    assert "container" in caught.value.remedy


@pytest.fixture
def sandbox(tmp_path: Path) -> SeatbeltSandbox:
    stand_in = tmp_path / "sandbox-exec"
    stand_in.write_text(
        f'#!/bin/sh\n[ "$1" = -p ] || exit 99\nprintf %s "$2" >{tmp_path}/profile\nshift 2\nexec "$@"\n'
    )
    stand_in.chmod(0o755)
    return SeatbeltSandbox(stand_in, ())


async def test_a_command_runs_behind_its_profile(sandbox: SeatbeltSandbox, tmp_path: Path) -> None:
    workspace, tool = tmp_path / "workspace", tmp_path / "tool"
    workspace.mkdir()
    tool.write_text("told")
    command = Command(
        argv=("sh", "-c", 'cat /opt/tool; pwd; echo "$HOME"'),
        workspace=workspace,
        mounts=(Mount(source=tool, target="/opt/tool"),),
    )
    result = await sandbox.run(command)
    cat, home = result.output.decode().removeprefix("told").splitlines()
    assert (result.exit_status, result.sandbox, cat) == (0, "seatbelt", str(workspace))
    written = (tmp_path / "profile").read_text()
    assert f'(subpath "{workspace}")' in written
    assert f'(subpath "{tool}")' in written
    assert f'(subpath "{home}")' in written
    assert not Path(home).exists()


async def test_the_network_cannot_be_asked_for(sandbox: SeatbeltSandbox, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"pypi\.org"):
        await sandbox.run(Command(argv=("true",), workspace=tmp_path, network=Network(allow=("pypi.org",))))


def test_it_says_what_is_weaker() -> None:
    assert any("deprecated" in lack for lack in SeatbeltSandbox.declaration.weaker)
    assert SeatbeltSandbox.declaration.confined
