"""The roster: which runners a tree needs, and one measurement from all of them."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from journeyman.domain.command import Command, CommandResult
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.toolchain import Toolchain
from journeyman.judge.languages.language import Language
from journeyman.judge.measurement import Measurement, together
from journeyman.judge.runners.runner import NoToolchains, Runner, RunnerFactory, TreeView, Workbench
from journeyman.judge.suite import Suite
from journeyman.plugins import load_all
from journeyman.ports.sandbox import Listener, Sandbox, one_world
from journeyman.settings import JudgeSettings

_PORT = "runners"
_AUTO = "auto"


class Roster:
    """Every runner that is installed, and those that `[judge] runner` lets work."""

    def __init__(self, bench: Workbench) -> None:
        """Open the runners.

        Raises:
            UserError: `[judge] runner` names one that nobody registered.
        """
        self._bench = bench
        factories: Mapping[str, RunnerFactory] = load_all(_PORT)
        self._runners = {name: factory(bench) for name, factory in factories.items()}
        self._asked = _asked(bench.settings.runner, self._runners)
        for name in self._asked:
            if name not in self._runners:
                known = ", ".join(sorted(self._runners))
                raise UserError(f"[judge] runner `{name}` is not known", remedy=f"Known: auto, {known}.")

    def wanted(self, paths: Collection[str]) -> tuple[str, ...]:
        """Return those paths whose contents decide which runners are used."""
        patterns = {pattern for runner in self._candidates() for pattern in runner.wants}
        return tuple(path for path in paths if any(fnmatchcase(path.rpartition("/")[2], p) for p in patterns))

    def suites(self, paths: tuple[str, ...], contents: Mapping[str, bytes]) -> tuple[Suite, ...]:
        """Return the suites of a tree; a runner that was asked for by name gets one, found or not.

        Raises:
            UserError: a configuration cannot be read, or no runner knows what to do with the tree.
        """
        view = TreeView(paths=paths, contents=contents, settings=self._bench.settings)
        found: list[Suite] = []
        for runner in self._candidates():
            suites = runner.detect(view)
            if self._asked:
                suites = tuple(_at(root, suites) for root in self._asked[runner.name])
            found += (replace(suite, runner=runner.name) for suite in suites)
        if not found:
            raise UserError(
                "no test runner is recognised in the base commit",
                remedy="Name one under [judge] runner, or any command's report under [judge] command and report.",
            )
        # A few scripts of one language are no reason to look for tests among them when another has some.
        told = [suite for suite in found if suite.inline_suffixes or any(map(suite.is_test_file, paths))]
        return tuple(found if self._asked else told or found)

    def languages(self, suites: tuple[Suite, ...]) -> tuple[Language, ...]:
        """Return the languages of the suites, each once."""
        found = {runner.language.name: runner.language for runner in map(self._of, suites)}
        return tuple(found.values())

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run every part of the suite over one world, one after the other."""
        runs: dict[str, Measurement] = {}
        for part in [part for part in suite.parts or (suite,) if part.runner]:
            name = f"{part.runner}:{part.root}" if part.root else part.runner
            runs[name] = await self._of(part).measure(world, part, newcomers=newcomers)
        return together(runs)

    def knows_environment(self, suite: Suite) -> bool:
        """Return whether it can be told when what the suite's runners rest on becomes another."""
        return all(self._of(part).tool is not None for part in suite.parts or (suite,) if part.runner)

    def sees_packages(self, suite: Suite) -> bool:
        """Return whether each package that the suite's runners may use can be seen coming and going."""
        return all(self._of(part).tool in {"", "node"} for part in suite.parts or (suite,) if part.runner)

    def toolchains(self, suite: Suite) -> dict[str, Toolchain | None]:
        """Return `tool:root` → the tool, for every runner that needs one beside Python."""
        parts = [(self._of(part).tool, part.root) for part in suite.parts or (suite,) if part.runner]
        return {f"{tool}:{root}": self._bench.toolchains.find(tool, root=root) for tool, root in parts if tool}

    def _of(self, suite: Suite) -> Runner:
        return self._runners[suite.runner]

    def _candidates(self) -> tuple[Runner, ...]:
        return tuple(self._runners[name] for name in (self._asked or self._runners))


class _NoSandbox:
    """Where nothing is run."""

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Refuse.

        Raises:
            AdapterError: always.
        """
        del listener
        raise AdapterError(f"there is no sandbox to run {command.argv[0]} in")

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        """Answer with what refuses."""
        return one_world(self, world)


def bare_workbench(settings: JudgeSettings) -> Workbench:
    """Return a workbench on which suites can be recognised and nothing can be run."""
    return Workbench(
        sandbox=_NoSandbox(),
        settings=settings,
        scratch_dir=Path("/nonexistent"),
        interpreter=Path("/nonexistent"),
        mounts=(),
        toolchains=NoToolchains(),
    )


def recognise(paths: tuple[str, ...], read: Callable[[str], bytes], settings: JudgeSettings) -> tuple[Suite, ...]:
    """Return the suites that a tree's files show, without any means to run them.

    Raises:
        UserError: none is recognised, or a configuration cannot be read.
    """
    roster = Roster(bare_workbench(settings))
    return roster.suites(paths, {path: read(path) for path in roster.wanted(paths)})


def _at(root: str, suites: tuple[Suite, ...]) -> Suite:
    """Return the suite that starts in a folder, or one that is made to."""
    found = next((suite for suite in suites if suite.root == root), None)
    return found or replace(next(iter(suites), Suite()), root=root, config="")


def _asked(setting: str, known: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return runner → roots of `pytest, vitest:web`; nothing for `auto`."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in map(str.strip, setting.split(",") if setting.strip() != _AUTO else ()):
        # A name may hold a colon of its own, as `node:test` does.
        named = next((name for name in known if entry == name or entry.startswith(f"{name}:")), "")
        name = named or entry.partition(":")[0]
        found[name] = (*found.get(name, ()), entry[len(name) + 1 :].strip("/"))
    return found
