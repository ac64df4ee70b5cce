"""The host's own toolchains, and the packages that a project has installed: what fills `ports.toolchains`."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from journeyman.adapters.sandboxes.mounts import SYSTEM, same_path
from journeyman.domain.command import Mount
from journeyman.domain.toolchain import Toolchain

_TIMEOUT_S = 30.0
_OURS = "/opt/toolchain"


class HostToolchains:
    """Finds tools on a search path, and asks them, from an empty directory of nobody's, where they live.

    Args:
        environment: PATH and HOME, as the settings hold them.
        project: the checkout whose installed packages may be shown; None for no packages.
    """

    def __init__(self, environment: Mapping[str, str], project: Path | None = None) -> None:
        self._path = environment.get("PATH", "")
        self._home = Path(environment.get("HOME", "/nonexistent"))
        self._project = project
        self._known: dict[tuple[str, str], Toolchain | None] = {}
        self._kinds: dict[str, Callable[[Path, str], Toolchain | None]] = {
            "node": self._node,
            "go": self._go,
            "cargo": self._cargo,
            "mvn": self._maven,
            "gradle": self._gradle,
        }

    def find(self, tool: str, *, root: str = "") -> Toolchain | None:
        """Return a tool by its usual name; see `ports.toolchains.Toolchains`."""
        if (tool, root) not in self._known:
            found = shutil.which(tool, path=self._path)
            kind = self._kinds.get(tool, self._plain)
            self._known[tool, root] = None if found is None else kind(Path(found), root)
        return self._known[tool, root]

    def _plain(self, found: Path, root: str) -> Toolchain:
        del root
        return self._installed(found)

    def _node(self, found: Path, root: str) -> Toolchain:
        tool = self._installed(found)
        packages = next((place for place in self._folders(root, "node_modules") if place.is_dir()), None)
        if packages is None:
            return tool
        # A package is looked for in every folder above the file that asks for it, up to the root.
        return replace(tool, mounts=(*tool.mounts, Mount(source=packages.resolve(), target="/node_modules")))

    def _go(self, found: Path, root: str) -> Toolchain | None:
        del root
        answer = self._ask(found, "env", "GOROOT", "GOMODCACHE")
        if answer is None:
            return None
        goroot, cache, *_ = (*answer.splitlines(), "", "")
        mounts = _outside(Path(goroot)) if goroot else ()
        env = [("GOROOT", goroot), ("GOPROXY", "off"), ("GOTOOLCHAIN", "local"), ("GOFLAGS", "-mod=readonly")]
        if cache and Path(cache).is_dir():
            mounts = (*mounts, Mount(source=Path(cache), target=f"{_OURS}/gomod"))
            env.append(("GOMODCACHE", f"{_OURS}/gomod"))
        return Toolchain(executable=f"{goroot}/bin/go", mounts=mounts, env=tuple(env))

    def _cargo(self, found: Path, root: str) -> Toolchain | None:
        del root
        sysroot = self._ask(found.parent / "rustc", "--print", "sysroot")
        if sysroot is None:
            return None
        place = Path(sysroot.strip())
        shown = same_path(place)
        mounts = _outside(place)
        registry = self._home / ".cargo/registry"
        env = [
            ("RUSTC", f"{shown.target}/bin/rustc"),
            ("RUSTDOC", f"{shown.target}/bin/rustdoc"),
            ("CARGO_HOME", f"{_OURS}/cargo"),
        ]
        if registry.is_dir():
            mounts = (*mounts, Mount(source=registry, target=f"{_OURS}/cargo/registry"))
        else:
            env[-1] = ("CARGO_HOME", "/tmp/cargo")  # noqa: S108 - a path inside the sandbox
        return Toolchain(executable=f"{shown.target}/bin/cargo", mounts=mounts, env=tuple(env))

    def _maven(self, found: Path, root: str) -> Toolchain:
        del root
        tool = self._installed(found)
        env = [*tool.env, *self._java()]
        mounts = [*tool.mounts, *_settings_of("maven"), *_java_settings()]
        repository = self._home / ".m2/repository"
        if repository.is_dir():
            mounts.append(Mount(source=repository, target=f"{_OURS}/m2"))
        return replace(tool, mounts=tuple(mounts), env=tuple(env))

    def _gradle(self, found: Path, root: str) -> Toolchain:
        del root
        tool = self._installed(found)
        mounts = [*tool.mounts, *_java_settings(), *_settings_of("gradle")]
        caches = self._home / ".gradle/caches"
        if caches.is_dir():
            mounts.append(Mount(source=caches, target=f"{_OURS}/gradle/caches"))
        return replace(tool, mounts=tuple(mounts), env=(*tool.env, *self._java()))

    def _java(self) -> Iterator[tuple[str, str]]:
        java = shutil.which("java", path=self._path)
        if java is not None:
            yield "JAVA_HOME", str(Path(java).resolve().parent.parent)

    def _installed(self, found: Path) -> Toolchain:
        """Return a tool that lives in a prefix of its own: `PREFIX/bin/tool`."""
        place = found.resolve()
        if place.is_relative_to(SYSTEM):
            return Toolchain(executable=str(place))
        prefix = place.parent.parent
        # What lies directly in a home or in the root, or in `~/bin`, is shown alone: beside it is all else.
        if self._home.resolve().is_relative_to(prefix) or prefix.parent == prefix:
            prefix = place
        shown = same_path(prefix)
        return Toolchain(executable=str(Path(shown.target, place.relative_to(prefix))), mounts=(shown,))

    def _folders(self, root: str, name: str) -> Iterator[Path]:
        """Yield a folder of the project's root and of every one above it."""
        if self._project is not None:
            place = self._project / root
            for folder in (place, *place.parents):
                yield folder / name
                if folder == self._project:
                    break

    def _ask(self, tool: Path, *arguments: str) -> str | None:
        env = {"PATH": self._path, "HOME": str(self._home)}
        command = [str(tool), *arguments]
        try:
            done = subprocess.run(
                command, capture_output=True, check=True, timeout=_TIMEOUT_S, cwd="/", env=env, text=True
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout


def _outside(place: Path) -> tuple[Mount, ...]:
    return () if place.resolve().is_relative_to(SYSTEM) else (same_path(place),)


def _settings_of(name: str) -> Iterator[Mount]:
    """Yield what a distribution keeps below /etc of a tool that lives below /usr."""
    place = Path("/etc", name)
    if place.is_dir():
        yield Mount(source=place, target=str(place))


def _java_settings() -> Iterator[Mount]:
    for place in sorted(Path("/etc").glob("java-*")):
        if place.is_dir():
            yield Mount(source=place, target=str(place))
