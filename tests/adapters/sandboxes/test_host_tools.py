"""Tools of the host: what is shown is the tool's own directory and never a person's home."""

from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.host_tools import HostToolchains


def tool(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def tools(home: Path, *places: Path) -> HostToolchains:
    return HostToolchains({"PATH": ":".join(map(str, places)), "HOME": str(home)})


def test_a_tool_of_the_system_needs_nothing_shown(tmp_path: Path) -> None:
    found = tools(tmp_path, Path("/usr/bin")).find("sh")
    assert found is not None
    assert found.mounts == ()
    assert tools(tmp_path, Path("/usr/bin")).find("no-such-tool") is None


def test_a_version_managers_tool_comes_with_its_installation(tmp_path: Path) -> None:
    node = tool(tmp_path / ".nvm/versions/v20/bin/node")
    link = tmp_path / "links/node"
    link.parent.mkdir()
    link.symlink_to(node)
    found = tools(tmp_path, link.parent).find("node", root="web")
    assert found is not None
    assert found.executable == str(node)
    assert [mount.source for mount in found.mounts] == [tmp_path / ".nvm/versions/v20"]


@pytest.mark.parametrize("where", ["bin/node", "node"])
def test_a_home_is_never_shown_as_a_whole(tmp_path: Path, where: str) -> None:
    mine = tool(tmp_path / "person" / where)
    found = tools(tmp_path / "person", mine.parent).find("node")
    assert found is not None
    assert found.executable == str(mine)
    assert [mount.source for mount in found.mounts] == [mine]


def test_the_nearest_packages_are_shown_above_everything(tmp_path: Path) -> None:
    program = tool(tmp_path / "node-20/bin/node")
    project = tmp_path / "project"
    for folder in ("node_modules", "web/node_modules", "api"):
        (project / folder).mkdir(parents=True)
    found = HostToolchains({"PATH": str(program.parent)}, project)

    def shown(root: str) -> list[Path]:
        node = found.find("node", root=root)
        return [mount.source for mount in node.mounts if mount.target == "/node_modules"] if node else []

    assert shown("") == shown("api") == [project / "node_modules"]
    assert shown("web") == [project / "web/node_modules"]
