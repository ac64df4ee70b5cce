"""Node's test tools: `node:test`, Jest, Vitest and Mocha, each by its own flags and never by a package's scripts."""

from collections.abc import Collection
from pathlib import Path

from journeyman.judge.languages.javascript import CONFIGS, JavaScript
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.node_job import NodeJob, run_node
from journeyman.judge.runners.node_packages import Package, packages
from journeyman.judge.runners.node_seeds import JEST, MOCHA, NODE_TEST, VITEST
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.suite import Suite

_SUFFIXES = ("js", "cjs", "mjs", "jsx", "ts", "cts", "mts", "tsx")
_TEST_FILES = tuple(f"*.{kind}.{suffix}" for kind in ("test", "spec") for suffix in _SUFFIXES)
_FOLDERS = frozenset({"test", "tests", "__tests__", "__mocks__", "__snapshots__", "__fixtures__", "fixtures", "spec"})


class _NodeRunner:
    """What the four have in common: one suite per package that uses the tool."""

    name: str
    tool = "node"
    language = JavaScript()
    wants: tuple[str, ...] = ("package.json",)
    configs: tuple[str, ...] = ()
    file_patterns: tuple[str, ...] = _TEST_FILES

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return a suite for each package that uses the tool and has a file of tests."""
        found = (
            Suite(
                root=package.root,
                config="/".join(filter(None, (package.root, config)))
                if (config := package.first(self.configs))
                else "",
                folders=view.settings.test_paths,
                folder_names=_FOLDERS,
                file_patterns=self.file_patterns,
                helper_patterns=("*.snap",),
                config_patterns=CONFIGS,
            )
            for package in packages(view)
            if self._used_in(package, view)
        )
        return tuple(suite for suite in found if self._tests(suite, view))

    def _used_in(self, package: Package, view: TreeView) -> bool:
        """Return whether a configuration file, a key of the manifest, a script or a dependency speaks of the tool."""
        del view
        told = package.first(self.configs) or self.name in package.manifest
        return bool(told or _speaks(package.scripts, self.name) or package.depends_on(self.name))

    def _tests(self, suite: Suite, view: TreeView) -> tuple[str, ...]:
        return tuple(path for path in view.paths if "node_modules/" not in path and suite.is_test_file(path))


class NodeTestRunner(_NodeRunner):
    """`node:test`."""

    name = "node:test"
    wants = (
        "package.json",
        *_TEST_FILES,
        "*-test.?js",
        "*_test.?js",
        "test-*.?js",
        "test.?js",
        "*-test.js",
        "*_test.js",
    )
    file_patterns = (
        *_TEST_FILES,
        *(f"{stem}.{suffix}" for stem in ("*-test", "*_test", "test-*", "test") for suffix in _SUFFIXES[:3]),
    )

    def _used_in(self, package: Package, view: TreeView) -> bool:
        """Return whether a script runs `node --test`, or no other tool is there and the tests import `node:test`."""
        if "--test" in package.scripts and "node" in package.scripts:
            return True
        others = ("jest", "vitest", "mocha")
        if any(package.depends_on(other) or _speaks(package.scripts, other) for other in others):
            return False
        prefix = f"{package.root}/" if package.root else ""
        return any(b"node:test" in view.contents.get(f"{prefix}{path}", b"") for path in package.paths)

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        del newcomers
        files = sorted(_files_of(world, suite))
        job = NodeJob(script="node_test.cjs", seed=NODE_TEST, task={"files": files})
        return await run_node(job, self._bench, world, suite)


class JestRunner(_NodeRunner):
    """Jest."""

    name = "jest"
    configs = tuple(f"jest.config.{suffix}" for suffix in ("js", "ts", "mjs", "cjs", "json"))
    file_patterns = (
        *_TEST_FILES,
        *(f"*/__tests__/*.{suffix}" for suffix in _SUFFIXES),
        *(f"__tests__/*.{suffix}" for suffix in _SUFFIXES),
    )

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        del newcomers
        return await run_node(NodeJob(script="jest.cjs", seed=JEST, package="jest"), self._bench, world, suite)


class VitestRunner(_NodeRunner):
    """Vitest."""

    name = "vitest"
    configs = tuple(
        f"{stem}.config.{suffix}" for stem in ("vitest", "vite") for suffix in ("ts", "mts", "cts", "js", "mjs", "cjs")
    )

    def _used_in(self, package: Package, view: TreeView) -> bool:
        """Return whether Vitest is spoken of: a configuration of Vite alone is none of Vitest."""
        del view
        own = package.first([name for name in self.configs if name.startswith("vitest")])
        return bool(own or _speaks(package.scripts, "vitest") or package.depends_on("vitest"))

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        del newcomers
        return await run_node(NodeJob(script="vitest.mjs", seed=VITEST, package="vitest"), self._bench, world, suite)


class MochaRunner(_NodeRunner):
    """Mocha, in one process like pytest: its reporter shares it with the product."""

    name = "mocha"
    configs = tuple(f".mocharc.{suffix}" for suffix in ("js", "cjs", "yaml", "yml", "jsonc", "json"))
    file_patterns = (*_TEST_FILES, *(f"{place}.{suffix}" for place in ("test/*", "*/test/*") for suffix in _SUFFIXES))

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        del newcomers
        job = NodeJob(script="mocha.cjs", seed=MOCHA, package="mocha", everywhere=False)
        return await run_node(job, self._bench, world, suite)


def _speaks(scripts: str, tool: str) -> bool:
    words = scripts.replace(";", " ").replace("&", " ").replace("/", " ").split()
    return tool in words


def _files_of(world: Path, suite: Suite) -> Collection[str]:
    """Return the test files of a world, from the root of the suite."""
    root = world / suite.root
    found = (path.relative_to(world).as_posix() for path in root.rglob("*") if path.is_file())
    prefix = f"{suite.root}/" if suite.root else ""
    return [path.removeprefix(prefix) for path in found if "node_modules/" not in path and suite.is_test_file(path)]
