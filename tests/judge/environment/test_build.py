"""Building: once per digest, in a sandbox with a list of hosts, and nobody's fault but the environment's."""

from pathlib import Path

import pytest
from tests.judge.environment.conftest import PYTHON, Bench, MakeBench, Tools, failed

from journeyman.domain.command import Command, CommandResult, Ending, NetworkRequest
from journeyman.domain.errors import AdapterError, UserError
from journeyman.judge.environment import Environment
from journeyman.settings import EnvironmentSettings

PIP = {"requirements.txt": "six==1.17.0\npytest==9.0.0\n", "src/product.py": "x = 1\n", "tests/test_x.py": ""}
NODE = {"web/package.json": '{"name": "app"}', "web/package-lock.json": "{}"}


async def build(bench: Bench) -> Environment:
    return await bench.builder.build(await bench.builder.recipes(await bench.repository.snapshot("")))


async def test_only_lock_files_are_laid_out_and_only_indexes_are_reached(bench: MakeBench) -> None:
    seen: list[tuple[Command, list[str]]] = []

    def look(command: Command) -> CommandResult:
        project = command.workspace / "project"
        seen.append((command, sorted(str(path.relative_to(project)) for path in project.rglob("*"))))
        (command.workspace / "tree/venv").mkdir()
        return CommandResult(ending=Ending.EXITED, exit_status=0, output=b"")

    environment = await build(bench(PIP, look))
    ((command, laid),) = seen
    assert laid == ["requirements.txt"]
    assert command.network.allow == ("files.pythonhosted.org", "pypi.org")
    assert environment.interpreter == Path("/opt/environment/python/venv/bin/python")
    (shown,) = environment.mounts
    assert (shown.source / "venv").is_dir()
    assert shown.target == "/opt/environment/python"
    assert len(environment.digest) == 64


async def test_it_is_built_once_and_again_when_anything_changes(bench: MakeBench) -> None:
    first = bench(PIP)
    digests = {(await build(first)).digest for _ in range(3)}
    assert len(first.sandbox.commands) == len(digests) == 1
    for changed in (
        bench(PIP | {"requirements.txt": "six==1.16.0\npytest==9.0.0\n"}),
        bench(PIP, settings=EnvironmentSettings(requirements=("attrs==25.1.0",))),
        bench(PIP, settings=EnvironmentSettings(scripts=True)),
    ):
        digests.add((await build(changed)).digest)
        assert len(changed.sandbox.commands) == 1
    assert len(digests) == 4
    same = bench(PIP | {"src/product.py": "x = 2\n", "README.md": "new"})
    assert (await build(same)).digest in digests
    assert same.sandbox.commands == []


async def test_packages_of_node_are_above_every_file_of_the_project(bench: MakeBench) -> None:
    environment = await build(bench(NODE))
    assert environment.interpreter == PYTHON
    assert environment.toolchains is not None
    for root in ("web", "web/packages/a"):
        tool = environment.toolchains.find("node", root=root)
        assert tool is not None
        assert [mount.target for mount in tool.mounts] == ["/node_modules"]
        assert tool.mounts[0].source.is_dir()
    elsewhere = environment.toolchains.find("node", root="api")
    assert elsewhere is not None
    assert elsewhere.mounts == ()


async def test_a_failure_is_the_environments_and_leaves_nothing(bench: MakeBench) -> None:
    broken = bench(PIP, failed(b"x" * 5000 + b"\nERROR: six is gone"))
    with pytest.raises(UserError, match="environment of the base commit could not be built") as caught:
        await build(broken)
    assert "requirements.txt" in caught.value.problem
    assert caught.value.problem.endswith("ERROR: six is gone")
    assert len(caught.value.problem) < 2500
    assert 'build = "never"' in caught.value.remedy
    assert [path.suffix for path in broken.shelf.iterdir()] == [".lock"]
    # The next attempt is a new one.
    assert (await build(bench(PIP))).digest


def request(host: str, reason: str) -> NetworkRequest:
    return NetworkRequest(host=host, port=443, allowed=False, reason=reason)


@pytest.mark.parametrize(
    ("output", "requests", "ending", "remedy"),
    [
        (b"", (request("cdn.example", "the host is not on the list"),), Ending.EXITED, 'hosts = ["cdn.example"]'),
        (
            b"",
            (request("pypi.org", "the host is at 10.0.0.1, which may not be reached: x"),),
            Ending.EXITED,
            'private_hosts = ["pypi.org"]',
        ),
        (b"", (), Ending.TIMED_OUT, "wall_time_s"),
        (b"", (), Ending.OUT_OF_MEMORY, "memory_mb"),
        (b"ERROR: No matching distribution found for x", (), Ending.EXITED, "scripts = true"),
    ],
)
async def test_what_would_help_is_said(
    bench: MakeBench, output: bytes, requests: tuple[NetworkRequest, ...], ending: Ending, remedy: str
) -> None:
    with pytest.raises(UserError) as caught:
        await build(bench(PIP, failed(output, *requests, ending=ending)))
    assert remedy in caught.value.remedy


async def test_an_index_that_is_not_there_may_be_there_later(bench: MakeBench) -> None:
    lost = request("pypi.org", "the host cannot be looked up: Name or service not known")
    with pytest.raises(AdapterError, match="package index is not reached") as caught:
        await build(bench(PIP, failed(b"ERROR", lost)))
    assert caught.value.retryable


async def test_a_tool_that_is_not_there_is_named(bench: MakeBench) -> None:
    with pytest.raises(UserError, match="`npm` is needed"):
        await build(bench(NODE, tools=Tools("npm")))


async def test_what_an_installer_put_in_the_place_of_its_tree_is_not_followed(bench: MakeBench) -> None:
    def swap(command: Command) -> CommandResult:
        (command.workspace / "tree").rmdir()
        (command.workspace / "tree").symlink_to("/etc")
        return CommandResult(ending=Ending.EXITED, exit_status=0, output=b"")

    with pytest.raises(AdapterError, match="cannot be kept"):
        await build(bench(PIP, swap))
