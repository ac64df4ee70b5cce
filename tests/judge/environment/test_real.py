"""Real package managers in the real sandbox: from an index, through the proxy, to a test that runs."""

import asyncio
import hashlib
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import uv

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.adapters.sandboxes.host_tools import HostToolchains
from journeyman.adapters.sandboxes.toolchain import own_python, python_mounts
from journeyman.assembly.environments import ToolsBeside
from journeyman.domain.command import Command
from journeyman.domain.errors import UserError
from journeyman.judge.environment import Environment, EnvironmentBuilder, Shelf, Workplace, machine_indexes
from journeyman.judge.runners.runner import NoToolchains
from journeyman.ports.sandbox import Sandbox
from journeyman.settings import Settings, load_settings
from journeyman.testing.repository import InMemoryRepository

pytestmark = pytest.mark.slow

SIX = "six==1.17.0"


def need(*hosts: str, tool: str = "") -> None:
    """Skip a test where what it needs is not there."""
    if tool and shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    for host in hosts:
        try:
            socket.create_connection((host, 443), timeout=10).close()
        except OSError:
            pytest.skip(f"{host} is not reached from here")


async def run(*argv: str, cwd: Path, **variables: str) -> None:
    environment = {**load_settings().environment, **variables}
    await asyncio.to_thread(subprocess.run, argv, cwd=cwd, env=environment, check=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    sandbox: Sandbox
    settings: Settings
    shelf: Path
    scratch: Path

    def builder(self, files: Mapping[str, str]) -> tuple[EnvironmentBuilder, InMemoryRepository]:
        repository = InMemoryRepository.of(files)
        python = own_python()
        environment = load_settings().environment
        workplace = Workplace(
            repository=repository,
            sandbox=self.sandbox,
            python=python,
            python_mounts=python_mounts(python),
            tools=ToolsBeside(HostToolchains(environment)),
            toolchains=NoToolchains(),
            shelf=Shelf(self.shelf),
            settings=self.settings.building,
            indexes=machine_indexes(environment, self.settings.building),
        )
        return EnvironmentBuilder(workplace), repository

    async def build(self, files: Mapping[str, str]) -> Environment:
        builder, repository = self.builder(files)
        return await builder.build(await builder.recipes(await repository.snapshot("")))

    async def python(self, environment: Environment, source: str) -> object:
        command = Command(
            argv=(str(environment.interpreter), "-c", source), workspace=self.scratch, mounts=environment.mounts
        )
        result = await self.sandbox.run(command)
        assert result.exit_status == 0, result
        return json.loads(result.output)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    settings = load_settings(environment={})
    (tmp_path / "scratch").mkdir()
    async with open_sandbox("", settings) as sandbox:
        yield Site(sandbox=sandbox, settings=settings, shelf=tmp_path / "shelf", scratch=tmp_path / "scratch")


LOOK = """
import importlib.util, json, sys
found = {name: bool(importlib.util.find_spec(name)) for name in ("six", "iniconfig", "packaging")}
try:
    open(sys.prefix + "/planted", "w")
except OSError:
    found["writable"] = False
print(json.dumps(found))
"""


async def test_pip_with_hashes_and_the_projects_own_name(site: Site, tmp_path: Path) -> None:
    """`iniconfig` plays the project: what depends on it must not bring a release of it along."""
    need("pypi.org")
    wheels = await asyncio.to_thread(download, tmp_path, SIX, "iniconfig==2.1.0")
    lines = "".join(f"{name} --hash=sha256:{digest}\n" for name, digest in wheels.items())
    files = {"requirements.txt": lines, "pyproject.toml": '[project]\nname = "iniconfig"\n'}
    environment = await site.build(files)
    assert await site.python(environment, LOOK) == {
        "six": True,
        "iniconfig": False,
        "packaging": False,
        "writable": False,
    }
    wrong = {"requirements.txt": f"{SIX} --hash=sha256:{'0' * 64}\n"}
    with pytest.raises(UserError, match=r"(?i)hash"):
        await site.build(wrong)


def download(folder: Path, *requirements: str) -> dict[str, str]:
    """Return requirement → digest of its wheel, as the index here has it."""
    target = folder / "wheels"
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", str(target)]
    subprocess.run([*pip, *requirements], check=True)
    by_name = {path.name.partition("-")[0]: path for path in target.iterdir()}
    return {
        requirement: hashlib.sha256(by_name[requirement.partition("==")[0]].read_bytes()).hexdigest()
        for requirement in requirements
    }


async def test_uv(site: Site, tmp_path: Path) -> None:
    need("pypi.org")
    project = tmp_path / "project"
    project.mkdir()
    manifest = (
        '[project]\nname = "thing"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["six==1.17.0"]\n'
        '[dependency-groups]\ndev = ["iniconfig==2.1.0"]\n'
    )
    (project / "pyproject.toml").write_text(manifest)
    await run(uv.find_uv_bin(), "lock", "-q", cwd=project, UV_SYSTEM_CERTS="1", UV_CACHE_DIR=str(tmp_path / "uv"))
    environment = await site.build({name: (project / name).read_text() for name in ("pyproject.toml", "uv.lock")})
    found = await site.python(environment, LOOK)
    assert found == {"six": True, "iniconfig": True, "packaging": False, "writable": False}


async def test_npm_without_anybodys_scripts(site: Site, tmp_path: Path) -> None:
    need("registry.npmjs.org", tool="npm")
    project = tmp_path / "project"
    project.mkdir()
    manifest = {"name": "app", "version": "1.0.0", "private": True, "dependencies": {"is-odd": "3.0.1"}}
    manifest["scripts"] = {"preinstall": "echo ran > /work/tree/ran", "postinstall": "false"}
    (project / "package.json").write_text(json.dumps(manifest))
    quiet = ("--package-lock-only", "--ignore-scripts", "-s")
    await run("npm", "install", *quiet, cwd=project, npm_config_cache=str(tmp_path / "npm"))
    environment = await site.build(
        {name: (project / name).read_text() for name in ("package.json", "package-lock.json")}
    )
    assert environment.toolchains is not None
    node = environment.toolchains.find("node")
    assert node is not None
    script = "console.log(JSON.stringify(require('is-odd')(3)))"
    (site.scratch / "look.js").write_text(script)
    command = Command(argv=(node.executable, "/work/look.js"), workspace=site.scratch, mounts=node.mounts)
    assert (await site.sandbox.run(command)).output == b"true\n"
    assert not (node.mounts[-1].source.parent / "ran").exists()


async def test_cargo_reads_its_lock(site: Site, tmp_path: Path) -> None:
    """Without a dependency there is no index to ask: the tool, its home and the refusal of a stale lock."""
    need(tool="cargo")
    manifest = '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n'
    lock = 'version = 3\n\n[[package]]\nname = "a"\nversion = "0.1.0"\n'
    environment = await site.build({"Cargo.toml": manifest, "Cargo.lock": lock})
    assert environment.toolchains is not None
    cargo = environment.toolchains.find("cargo")
    assert cargo is not None
    assert ("CARGO_NET_OFFLINE", "true") in cargo.env
    with pytest.raises(UserError, match=r"(?i)lock"):
        await site.build({"Cargo.toml": manifest, "Cargo.lock": lock.replace('"a"', '"b"')})
