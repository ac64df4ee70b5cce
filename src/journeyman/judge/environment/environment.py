"""The noun: where the project's tools and dependencies are inside a sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from journeyman.domain.command import Mount
from journeyman.domain.toolchain import Toolchain
from journeyman.ports.toolchains import Toolchains


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the judge's runners work with."""

    interpreter: Path
    """The Python of the tests, at the path where `mounts` show it."""
    mounts: tuple[Mount, ...] = ()
    """What the interpreter needs to be seen; read-only."""
    toolchains: Toolchains | None = None
    """Tools of other languages, with the dependencies that were built for them."""
    digest: str = ""
    """Of everything it was built from; empty when it was found and not built."""
    notes: tuple[str, ...] = ()
    """What a person should know: where it came from, and what was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltToolchains:
    """The host's tools, together with dependencies that were built from lock files."""

    tools: Toolchains
    """Without anything that a project has installed."""
    host: Toolchains
    """With it, for languages that nothing was built for."""
    built: Mapping[tuple[str, str], Toolchain] = field(default_factory=dict)
    """(tool, root) → what to show beside the tool itself; its `executable` is not looked at."""

    def find(self, tool: str, *, root: str = "") -> Toolchain | None:
        """Return a tool, with the dependencies built for the nearest folder above `root` that has any."""
        for folder in _upwards(root):
            added = self.built.get((tool, folder))
            found = self.tools.find(tool, root=root) if added else None
            if added and found:
                return replace(found, mounts=(*found.mounts, *added.mounts), env=(*found.env, *added.env))
        return self.host.find(tool, root=root)


def _upwards(root: str) -> list[str]:
    parts = root.split("/") if root else []
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]
