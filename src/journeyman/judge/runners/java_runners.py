"""Maven's Surefire and Gradle's test task, in a copy of the world: sentinels compiled into every module, XML read back.

Results of both come from a process that is not the tests' own, in files of a directory that was empty; Maven's
totals on its console must agree with them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from journeyman.domain.errors import UserError
from journeyman.domain.verification import TestOutcome, TestResult
from journeyman.judge.languages.java import CONFIGS, Java
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.courier import Carried, Journey, Step, files_of, send_out, sown_into, told
from journeyman.judge.runners.java_seeds import JUNIT4, JUPITER
from journeyman.judge.runners.python_job import WORK
from journeyman.judge.runners.reports import UnreadableReport, junit, numbered
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.sentinel import Sentinels, draw
from journeyman.judge.suite import Suite

_COPY = "/tmp/work"  # noqa: S108 # inside: builds write into the tree
_TOTALS = re.compile(r"\[\w+\] Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)$")
_SOURCES = "src/test/java"
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_FORCED = (
    *("-DskipTests=false", "-Dmaven.test.skip=false", "-Dmaven.test.failure.ignore=true", "-DfailIfNoTests=false"),
    *("-Dsurefire.rerunFailingTestsCount=0", "-Dsurefire.skipAfterFailureCount=0", "-DdisableXmlReport=false"),
    *("-Dsurefire.useFile=true", "-Dmaven.build.cache.enabled=false", "-Dstyle.color=never", "-Dtest=", "-Dgroups="),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Module:
    """One folder with Java tests."""

    folder: str
    package: str
    files: tuple[str, ...]
    jupiter: bool


class _JavaRunner:
    """What Maven and Gradle have in common."""

    name: str
    language = Java()
    wants: tuple[str, ...]
    reports: str
    tool: str

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return a suite for each outermost build file with Java tests below it."""
        roots = {path.rpartition("/")[0] for path in view.paths if path.rpartition("/")[2] in self.wants}
        outer = [
            root
            for root in roots
            if not any(root.startswith(f"{other}/") or not other for other in roots if other != root)
        ]
        suites = (
            Suite(
                root=root,
                folder_names=frozenset(),
                file_patterns=(f"*/{_SOURCES}/*.java", f"{_SOURCES}/*.java"),
                helper_patterns=("src/test/*", "*/src/test/*"),
                config_patterns=CONFIGS,
            )
            for root in sorted(outer)
        )
        return tuple(suite for suite in suites if any(map(suite.is_test_file, view.paths)))

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        del newcomers
        tool = self._bench.toolchains.find(self.tool)
        if tool is None:
            raise UserError(
                f"`{self.tool}` is needed for the project's tests", remedy="Install it where Journeyman runs."
            )
        modules = tuple(_modules(world, suite, await files_of(world)))
        jupiter = all(module.jupiter for module in modules)
        sentinels = draw(JUPITER if jupiter else JUNIT4, everywhere=True)
        ((name, source),) = sentinels.files.items()
        sown = {
            "/".join(filter(None, (m.folder, _SOURCES, m.package.replace(".", "/"), name))): _placed(source, m.package)
            for m in modules
        }
        root = f"{_COPY}/{suite.root}" if suite.root else _COPY
        journey = Journey(
            steps=(Step(argv=(tool.executable, *self.arguments()), cwd=root, loud=True),),
            tool=tool,
            env=self.environment(),
            files=(f"{root}/**/{self.reports}/TEST-*.xml",),
            copy=(WORK, _COPY),
            builds=True,
        )
        with sown_into(world, sown, {}):
            carried = await send_out(journey, self._bench, world)
        results, flaws = self._results(carried, modules, sentinels)
        return carried.measured(results, replace(sentinels, kinds=sentinels.kinds - {"exit-status"}), flaws=flaws)

    def arguments(self) -> tuple[str, ...]:
        """Return the tool's arguments."""
        raise NotImplementedError

    def environment(self) -> tuple[tuple[str, str], ...]:
        """Return what the tool is told beside where things are."""
        raise NotImplementedError

    def flaws(self, carried: Carried, results: tuple[TestResult, ...]) -> tuple[str, ...]:
        """Return what the tool's own word says against its reports."""
        raise NotImplementedError

    def _results(
        self, carried: Carried, modules: tuple[_Module, ...], sentinels: Sentinels
    ) -> tuple[tuple[TestResult, ...], tuple[str, ...]]:
        read: list[TestResult] = []
        for path, text in carried.files.items():
            folder = path.removeprefix(f"{_COPY}/").partition(self.reports)[0].strip("/")
            try:
                read += (replace(result, node_id=_node_id(result.node_id, folder, modules)) for result in junit(text))
            except UnreadableReport as error:
                read.append(told(path.removeprefix(f"{_COPY}/"), TestOutcome.ERROR, lines=[str(error)]))
        results = tuple(numbered(iter(read)))
        heard = {result.node_id.partition("::")[0] for result in results}
        names = {result.node_id.partition("::")[2] for result in results}
        lost = () if sentinels.expected.keys() <= names else tuple(_unrun(carried, modules, heard))
        return (*results, *lost), self.flaws(carried, results)


class MavenRunner(_JavaRunner):
    """Maven's Surefire."""

    name = "maven"
    wants = ("pom.xml",)
    reports = "target/surefire-reports"
    tool = "mvn"

    def arguments(self) -> tuple[str, ...]:
        """Return Maven's arguments: offline, in batch, every property that could skip a test set by us."""
        return ("-B", "-o", "-fae", "-Dmaven.repo.local=/opt/toolchain/m2", *_FORCED[:-2], "test")

    def environment(self) -> tuple[tuple[str, str], ...]:
        """Return small settings for Maven's own virtual machine; the tests' is the build file's matter."""
        return (("MAVEN_OPTS", "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"), ("MAVEN_SKIP_RC", "1"))

    def flaws(self, carried: Carried, results: tuple[TestResult, ...]) -> tuple[str, ...]:
        """Compare the totals Maven prints with what the reports hold."""
        lines = [match for step in carried.steps for line in step.lines if (match := _TOTALS.match(line))]
        printed = tuple(sum(int(match[part]) for match in lines) for part in range(1, 5))
        kinds = (TestOutcome.FAILED, TestOutcome.ERROR, TestOutcome.SKIPPED)
        held = (len(results), *(sum(result.outcome is kind for result in results) for kind in kinds))
        if lines and printed != held:
            return (f"Maven counts {printed} tests, failures, errors and skips, its reports hold {held}",)
        return ()


class GradleRunner(_JavaRunner):
    """Gradle's test task."""

    name = "gradle"
    wants = ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")
    reports = "build/test-results/test"
    tool = "gradle"

    def arguments(self) -> tuple[str, ...]:
        """Return Gradle's arguments: offline, no daemon, no cache, every module to its end."""
        return (
            "--offline",
            "--no-daemon",
            "--no-build-cache",
            "--continue",
            "--console=plain",
            "--rerun-tasks",
            "test",
        )

    def environment(self) -> tuple[tuple[str, str], ...]:
        """Return a home of our own for Gradle."""
        return (("GRADLE_USER_HOME", "/tmp/gradle"), ("GRADLE_RO_DEP_CACHE", "/opt/toolchain/gradle/caches"))  # noqa: S108

    def flaws(self, carried: Carried, results: tuple[TestResult, ...]) -> tuple[str, ...]:
        """Return nothing: Gradle prints no totals."""
        del carried, results
        return ()


def _modules(world: Path, suite: Suite, paths: tuple[str, ...]) -> Iterator[_Module]:
    folders: dict[str, list[str]] = {}
    for path in filter(suite.is_test_file, paths):
        folders.setdefault(path.partition(_SOURCES)[0].strip("/"), []).append(path)
    for folder, files in sorted(folders.items()):
        texts = [(world / path).read_text("utf-8", "replace") for path in files]
        match = _PACKAGE.search(texts[0])
        jupiter = any("org.junit.jupiter" in text for text in texts)
        yield _Module(folder=folder, package=match[1] if match else "", files=tuple(files), jupiter=jupiter)


def _placed(source: str, package: str) -> bytes:
    return (f"package {package};\n" if package else "").encode() + source.encode()


def _node_id(told_id: str, folder: str, modules: tuple[_Module, ...]) -> str:
    """Return `path/of/CalcTest.java::CalcTest::adds` of `calc.CalcTest::adds()`."""
    place, _, name = told_id.partition("::")
    kind = place.rpartition(".")[2]
    top = place.partition("$")[0].replace(".", "/")
    known: Mapping[str, str] = {
        path.partition(f"{_SOURCES}/")[2].removesuffix(".java"): path
        for m in modules
        if m.folder == folder
        for path in m.files
    }
    return "::".join((known.get(top, place), *kind.split("$"), name.removesuffix("()")))


def _unrun(carried: Carried, modules: tuple[_Module, ...], heard: set[str]) -> Iterator[TestResult]:
    """Yield an error for each test file that has no result, where the suite did not come to its end."""
    lines = [line for step in carried.steps for line in step.lines if "ERROR" in line or "error:" in line][:40]
    for path in (path for module in modules for path in module.files if path not in heard):
        stem = PurePosixPath(path).stem
        if stem.startswith("Test") or stem.endswith(("Test", "Tests", "TestCase", "IT")):
            yield told(path, TestOutcome.ERROR, lines=lines or ["it was not run"])
