"""Recipes: what to lay out, what to run and whom to ask, for one environment. Data, made by pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from journeyman.domain.command import Mount

PROJECT, TREE, SCRATCH = "/work/project", "/work/tree", "/work/tmp"
"""Inside, while building: the base's files, what is kept, what is not."""

Files = Mapping[str, bytes]
"""Path in the base commit → content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """Where packages come from: the tools' own defaults, the machine's configuration, or the settings."""

    python: str = "https://pypi.org/simple"
    python_extra: tuple[str, ...] = ()
    python_links: tuple[str, ...] = ()
    """Directories or pages with packages, as pip's `--find-links` has them."""
    npm: str = "https://registry.npmjs.org/"
    hosts: tuple[str, ...] = ()
    """Allowed beside the hosts of all these."""
    mounts: tuple[Mount, ...] = ()
    """Directories that hold an index."""
    certificates: str = ""
    """A file of the certificates to trust, shown inside at the same path; empty for each tool's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one environment is built."""

    tool: str
    """`python`, `node`, `cargo`, `go`, `mvn` or `gradle`: for whom the tree is."""
    root: str = ""
    """Folder of the project, as runners name it."""
    files: Files
    """Laid out below `/work/project`; nothing else of the base is there."""
    script: str
    """For `sh -eu`, in the folder of the project."""
    needs: tuple[str, ...] = ()
    """Tools of the host, by the names they are called by."""
    hosts: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    locked: bool = True
    """Every package is of one version, so that the same files make the same environment."""
    own_name: str = ""
    """The project's own package: never left in the tree, since a fixed release of it would be an answer."""
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Say which files it is built from."""
        return ", ".join(sorted(self.files))


def variable(tool: str) -> str:
    """Return the name of the variable by which a script finds a tool of the host."""
    return f"JOURNEYMAN_{tool.upper()}"


def host_of(url: str) -> tuple[str, ...]:
    """Return the host of an https URL as an allow-list has it; nothing for a directory."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return ()
    return (f"{parts.hostname}:{parts.port}",) if parts.port and parts.port != 443 else (parts.hostname,)


def beside(root: str, name: str) -> str:
    """Return the path of a file in a folder; the root of the repository is the empty folder."""
    return f"{root}/{name}" if root else name
