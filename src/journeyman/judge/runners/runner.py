"""The inner seam of the judge: one test tool, from finding its suites in a tree to measuring them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from journeyman.domain.command import Mount
from journeyman.domain.toolchain import Toolchain
from journeyman.judge.languages.language import Language
from journeyman.judge.measurement import Measurement
from journeyman.judge.suite import Suite
from journeyman.ports.sandbox import Sandbox
from journeyman.ports.toolchains import Toolchains
from journeyman.settings import JudgeSettings


class NoToolchains:
    """Knows no tool of another language."""

    def find(self, tool: str, *, root: str = "") -> Toolchain | None:
        """Answer None."""
        del tool, root
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What runners work with."""

    sandbox: Sandbox
    settings: JudgeSettings
    scratch_dir: Path
    interpreter: Path
    """A Python at the path where `mounts` show it: the project's, or our own for what we run inside."""
    mounts: tuple[Mount, ...]
    toolchains: Toolchains


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeView:
    """The ground as detection sees it."""

    paths: tuple[str, ...]
    """Every path, sorted."""
    contents: Mapping[str, bytes]
    """Of the files that some runner `wants`."""
    settings: JudgeSettings


class Runner(Protocol):
    """One test tool, started in a sandbox over a world the judge built."""

    name: str
    language: Language
    tool: str | None
    """What it asks `Toolchains` for; empty when it needs Python alone, None when that cannot be told."""
    wants: tuple[str, ...]
    """Names of files, with wildcards, whose contents decide whether and how this runner is used."""

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return the suites of this tool in a tree, each with its root; none when it is not used there.

        Raises:
            UserError: its configuration cannot be read.
        """
        ...

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the whole suite once, sentinels sown into it, and return what it did.

        Args:
            world: the directory of the tree to measure; left as it was found.
            suite: how the base describes its tests.
            newcomers: modules the base did not have; the measurement says which are installed as well.

        Raises:
            UserError: the tool is not installed in the project's environment.
            AdapterError: the sandbox could not be made.
        """
        ...


RunnerFactory = Callable[[Workbench], Runner]
"""What an entry point of `journeyman.runners` loads."""
