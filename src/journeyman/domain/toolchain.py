"""A toolchain: a command of the host, and what must be shown in a sandbox for it to run there."""

from dataclasses import dataclass

from journeyman.domain.command import Mount


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """One tool, with the dependencies of the project it was asked for."""

    executable: str
    """Absolute path inside."""
    mounts: tuple[Mount, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    """What the tool must be told about where things are."""
