"""Building environments: find the recipes of a base commit, run those that are not on the shelf yet."""

import asyncio
import hashlib
import json
import platform
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from journeyman.domain.command import Command, CommandResult, Ending, Limits, Mount, Network
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.snapshot import EntryKind, Snapshot
from journeyman.domain.toolchain import Toolchain
from journeyman.judge.environment.compiled import compiled_recipes
from journeyman.judge.environment.environment import BuiltToolchains, Environment
from journeyman.judge.environment.node import node_recipes
from journeyman.judge.environment.python import python_recipe
from journeyman.judge.environment.recipe import PROJECT, SCRATCH, TREE, Files, Indexes, Recipe, variable
from journeyman.judge.environment.shelf import Shelf
from journeyman.judge.environment.trouble import why_it_failed
from journeyman.ports.repository import Repository
from journeyman.ports.sandbox import Sandbox
from journeyman.ports.toolchains import Toolchains
from journeyman.settings import EnvironmentSettings

_FORMAT = "1"
"""Part of every digest: raised when the same recipe leaves something else behind."""
_WANTED = frozenset(
    {
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "Pipfile.lock",
        "pyproject.toml",
        "setup.cfg",
        "*requirements*.txt",
        "*constraints*.txt",
        "package.json",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        "yarn.lock",
        ".yarnrc.yml",
        ".npmrc",
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain",
        "rust-toolchain.toml",
        "go.mod",
        "go.sum",
        "go.work",
        "go.work.sum",
        "pom.xml",
        "*.gradle",
        "*.gradle.kts",
        "gradle.lockfile",
        "gradle.properties",
        "libs.versions.toml",
    }
)
_LARGEST_BYTES = 32 * 2**20
_FINISH = Path(__file__).with_name("finish.py")
_FINISH_INSIDE = "/opt/journeyman-environment/finish.py"
_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What an environment is built with."""

    repository: Repository
    sandbox: Sandbox
    python: Path
    """Of the host, behind no virtual environment: what tests in Python will run on."""
    python_mounts: tuple[Mount, ...]
    tools: Toolchains
    """The host's, without anything that a project has installed."""
    toolchains: Toolchains
    """The host's with what is installed, for languages that nothing is built for."""
    shelf: Shelf
    settings: EnvironmentSettings
    indexes: Indexes


class EnvironmentBuilder:
    """Builds what a base commit's lock files describe."""

    def __init__(self, workplace: Workplace) -> None:
        self._place = workplace

    async def recipes(self, base: Snapshot) -> tuple[Recipe, ...]:
        """Return what there is to build for a commit.

        Raises:
            UserError: a lock file cannot be read.
        """
        return tuple(_recipes(await self._files(base), self._place.indexes, self._place.settings))

    async def build(self, recipes: tuple[Recipe, ...]) -> Environment:
        """Return the environment of these recipes, building what is not on the shelf.

        Raises:
            UserError: a recipe cannot be followed; the text has the end of the tool's output and what would help.
            AdapterError: the index or the sandbox failed.
        """
        place = self._place
        interpreter, mounts = place.python, place.python_mounts
        built: dict[tuple[str, str], Toolchain] = {}
        digests = []
        for recipe in recipes:
            digest, tree = await self._tree(recipe)
            digests.append(digest)
            if recipe.tool == "python":
                interpreter = Path(shown_at(recipe), "venv/bin/python")
                mounts = (*mounts, Mount(source=tree, target=shown_at(recipe)))
            else:
                built[recipe.tool, recipe.root] = _offline(recipe, tree)
        return Environment(
            interpreter=interpreter,
            mounts=mounts,
            toolchains=BuiltToolchains(tools=place.tools, host=place.toolchains, built=built),
            digest=_digest(digests),
            notes=tuple(note for recipe in recipes for note in recipe.notes),
        )

    async def _files(self, base: Snapshot) -> Files:
        regular = {EntryKind.FILE, EntryKind.EXECUTABLE}
        wanted = [
            entry
            for entry in base.entries
            if entry.kind in regular
            and entry.size_bytes <= _LARGEST_BYTES
            and any(fnmatchcase(entry.path.rpartition("/")[2], pattern) for pattern in _WANTED)
        ]
        # pip's files are often `requirements/test.txt`.
        wanted += [entry for entry in base.entries if fnmatchcase(entry.path, "*requirements/*.txt")]
        contents = await self._place.repository.read_many(tuple(entry.blob for entry in wanted))
        return dict(zip((entry.path for entry in wanted), contents, strict=True))

    async def _tree(self, recipe: Recipe) -> tuple[str, Path]:
        tools = tuple(self._tools(recipe))
        digest = self._identity(recipe, tools)
        shelf = self._place.shelf
        found = await asyncio.to_thread(shelf.find, digest)
        if found:
            return digest, found
        with ExitStack() as stack:
            directory = await asyncio.to_thread(stack.enter_context, shelf.building(digest))
            found = shelf.find(digest)  # somebody else may have built it while we waited
            if found is None:
                await asyncio.to_thread(_lay_out, directory, recipe.files)
                result = await self._place.sandbox.run(self._command(recipe, directory, tools))
                if result.ending is not Ending.EXITED or result.exit_status != 0:
                    raise why_it_failed(recipe, result)
                found = await asyncio.to_thread(self._publish, digest, directory, recipe, result)
            return digest, found

    def _publish(self, digest: str, directory: Path, recipe: Recipe, result: CommandResult) -> Path:
        record = {
            "tool": recipe.tool,
            "root": recipe.root,
            "files": sorted(recipe.files),
            "script": recipe.script,
            "sandbox": result.sandbox,
            "duration_s": round(result.duration_s, 3),
            "hosts": sorted({request.host for request in result.requests if request.allowed}),
        }
        try:
            return self._place.shelf.publish(digest, directory, record)
        except (OSError, ValueError) as error:
            raise AdapterError(f"the environment from {recipe.source} cannot be kept: {error}") from error

    def _tools(self, recipe: Recipe) -> Iterator[Toolchain]:
        for name in recipe.needs:
            tool = self._place.tools.find(name, root=recipe.root)
            if tool is None:
                raise UserError(
                    f"`{name}` is needed to build the environment from {recipe.source}, and is not installed",
                    remedy=f'Install `{name}` where Journeyman runs, or set build = "never" under [environment].',
                )
            yield tool

    def _command(self, recipe: Recipe, directory: Path, tools: tuple[Toolchain, ...]) -> Command:
        place = self._place
        finish = ('"$JOURNEYMAN_PYTHON" -I -S -B', _FINISH_INSIDE, TREE, shown_at(recipe), '"$PROJECT" "$OWN_NAME"')
        folders = (str(Path(tool.executable).parent) for tool in tools)
        settings = {
            "PATH": ":".join(dict.fromkeys((*folders, "/usr/local/bin", "/usr/bin", "/bin"))),
            "TMPDIR": SCRATCH,
            "JOURNEYMAN_PYTHON": str(place.python),
            "PROJECT": f"{PROJECT}/{recipe.root}".rstrip("/"),
            "OWN_NAME": recipe.own_name,
            **{variable(name): tool.executable for name, tool in zip(recipe.needs, tools, strict=True)},
            **_trusted(place.indexes.certificates),
        }
        added = (variable for tool in tools for variable in tool.env)
        return Command(
            argv=("sh", "-euc", f"{recipe.script}\n{' '.join(finish)}\n"),
            workspace=directory,
            mounts=_distinct(
                *place.python_mounts,
                *(mount for tool in tools for mount in tool.mounts),
                *(place.indexes.mounts if recipe.tool == "python" else ()),
                Mount(source=_FINISH, target=_FINISH_INSIDE),
            ),
            env=(*settings.items(), *added, *recipe.env),
            network=Network(allow=tuple(sorted({*recipe.hosts, *place.indexes.hosts}))),
            limits=Limits(
                wall_time_s=place.settings.wall_time_s,
                memory_bytes=place.settings.memory_mb * _MIB,
                processes=1024,
                file_size_bytes=4096 * _MIB,
                disk_bytes=place.settings.disk_mb * _MIB,
            ),
        )

    def _identity(self, recipe: Recipe, tools: tuple[Toolchain, ...]) -> str:
        used = (str(self._place.python), *(tool.executable for tool in tools))
        parts = [
            _FORMAT,
            platform.machine(),
            *platform.libc_ver(),
            *map(_stamp, used),
            recipe.script,
            recipe.own_name,
            *(f"{name}={value}" for name, value in sorted(recipe.env)),
            *(part for path in sorted(recipe.files) for part in (path, recipe.files[path].hex())),
        ]
        return _digest(parts)


def shown_at(recipe: Recipe) -> str:
    """Return where a built tree is seen inside."""
    # Node looks for packages in every folder above a file: the root is above any.
    return "/node_modules" if recipe.tool == "node" else f"/opt/environment/{recipe.tool}"


def _offline(recipe: Recipe, tree: Path) -> Toolchain:
    """Return what a tool needs to use a tree and nothing beyond it."""
    at = shown_at(recipe)
    source = tree / "node_modules" if recipe.tool == "node" else tree
    env = {
        "node": (),
        "cargo": (("CARGO_HOME", f"{at}/cargo"), ("CARGO_NET_OFFLINE", "true")),
        "go": (("GOMODCACHE", f"{at}/go"), ("GOPROXY", "off"), ("GOFLAGS", "-mod=mod"), ("GOTOOLCHAIN", "local")),
        "mvn": (("MAVEN_OPTS", f"-Dmaven.repo.local={at}/maven"),),
        "gradle": (("GRADLE_RO_DEP_CACHE", f"{at}/gradle/caches"),),
    }
    return Toolchain(executable="", mounts=(Mount(source=source, target=at),), env=env[recipe.tool])


def _recipes(files: Files, indexes: Indexes, settings: EnvironmentSettings) -> Iterator[Recipe]:
    python = python_recipe(files, indexes, extra=settings.requirements, scripts=settings.scripts)
    if python:
        yield python
    yield from node_recipes(files, indexes, scripts=settings.scripts)
    yield from compiled_recipes(files)


def _lay_out(directory: Path, files: Files) -> None:
    for name in ("project", "tree", "tmp"):
        (directory / name).mkdir()
    for path, content in files.items():
        place = directory / "project" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _trusted(certificates: str) -> dict[str, str]:
    """Return the variables by which tools are told of the machine's certificates."""
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CARGO_HTTP_CAINFO", "CURL_CA_BUNDLE")
    return dict.fromkeys(names, certificates) if certificates else {}


def _distinct(*mounts: Mount) -> tuple[Mount, ...]:
    return tuple(dict.fromkeys(mounts))


def _stamp(executable: str) -> str:
    path = Path(executable)
    try:
        found = path.stat()
    except OSError:
        return executable
    return f"{path.resolve()} {found.st_size} {found.st_mtime_ns}"


def _digest(parts: list[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
