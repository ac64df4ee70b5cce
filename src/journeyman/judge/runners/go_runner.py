"""`go test -json` in a sandbox: a build cache of its own, sentinels compiled into every package that is tested."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.domain.verification import TestOutcome, TestResult
from journeyman.judge.languages.golang import CONFIGS, Go
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.courier import Journey, Step, files_of, send_out, sown_into, told
from journeyman.judge.runners.python_job import WORK
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.sentinel import Seed, draw
from journeyman.judge.suite import Suite

_PASSED, _FAILED, _SKIPPED, _ERROR = TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.SKIPPED, TestOutcome.ERROR
_OUTCOMES = {"pass": _PASSED, "fail": _FAILED, "skip": _SKIPPED}
_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_PACKAGE = re.compile(r"^package\s+(\w+)", re.MULTILINE)
_TEST = re.compile(r"^func\s+((?:Test|Example|Fuzz)\w*)\s*\(", re.MULTILINE)
_ENVIRONMENT = (("GOCACHE", "/tmp/go"), ("GOTMPDIR", "/tmp"))  # noqa: S108 # inside: built anew each time
_SEED = Seed(
    file="zz_${word}_test.go",
    source="""\
package PACKAGE

import "testing"

func TestZz$A(t *testing.T) {
	if $low+$low != $low2 {
		t.Fatal($low)
	}
}

func TestZz$B(t *testing.T) {
	if value := $low; value != $high {
		t.Errorf("%d", value)
	}
}

func TestZz$C(t *testing.T) { t.Fatal($low) }

func TestZz$D(t *testing.T) {
	t.Run("$d", func(t *testing.T) { t.FailNow() })
}
""",
    expected={
        "TestZz$A": ("pass", _PASSED),
        "TestZz$B": ("compare", _FAILED),
        "TestZz$C": ("fatal", _FAILED),
        "TestZz$D": ("group", _FAILED),
        "TestZz$D::$d": ("sub-test", _FAILED),
    },
)


class GoRunner:
    """Fills `Runner`: one suite per module."""

    name = "go"
    tool = "go"
    language = Go()
    wants = ("go.mod",)

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return a suite for each module with a test file."""
        roots = [path.rpartition("/")[0] for path in view.paths if path.rpartition("/")[2] == "go.mod"]
        suites = (
            Suite(
                root=root,
                config=f"{root}/go.mod" if root else "go.mod",
                folder_names=frozenset({"testdata"}),
                file_patterns=("*_test.go",),
                helper_patterns=(),
                config_patterns=CONFIGS,
            )
            for root in roots
            if not {"vendor", "testdata"} & set(root.split("/"))
        )
        return tuple(suite for suite in suites if any(map(suite.is_test_file, view.paths)))

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        del newcomers
        go = self._bench.toolchains.find("go")
        if go is None:
            raise UserError("Go is needed for the project's tests", remedy="Install `go` where Journeyman runs.")
        sentinels = draw(_SEED, everywhere=True)
        packages = {p.folder: p for p in _packages(world, suite, await files_of(world))}
        ((name, source),) = sentinels.files.items()
        sown = {
            f"{p.folder}/{name}".lstrip("/"): source.replace("PACKAGE", clause).encode()
            for p in packages.values()
            for clause in p.clauses[:1]
        }
        root = f"{WORK}/{suite.root}" if suite.root else WORK
        argv = (go.executable, "test", "-json", "-vet=off", "-count=1", "-p=2", "./...")
        journey = Journey(steps=(Step(argv=argv, cwd=root),), tool=go, env=_ENVIRONMENT, builds=True)
        with sown_into(world, sown, {}):
            carried = await send_out(journey, self._bench, world)
        heard = _Events(packages=packages, module=_module(world / suite.root), root=suite.root)
        for line in (line for step in carried.steps for line in step.lines):
            heard.take(line)
        return carried.measured(
            tuple(heard.results(sentinels.expected)), sentinels, flaws=tuple(heard.flaws()), running=heard.running
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Package:
    """One folder with test files."""

    folder: str
    """From the root of the repository."""
    clauses: tuple[str, ...]
    """Names in its test files' package clauses, the one without `_test` first."""
    tests: Mapping[str, str]
    """Function → file."""
    files: tuple[str, ...]


def _packages(world: Path, suite: Suite, paths: tuple[str, ...]) -> Iterator[_Package]:
    folders: dict[str, list[str]] = {}
    for path in filter(suite.is_test_file, paths):
        parts = path.split("/")[:-1]
        if not any(part in {"testdata", "vendor"} or part.startswith(("_", ".")) for part in parts):
            folders.setdefault("/".join(parts), []).append(path)
    for folder, files in sorted(folders.items()):
        texts = {path: (world / path).read_text("utf-8", "replace") for path in files}
        clauses = {match[1] for text in texts.values() if (match := _PACKAGE.search(text))}
        tests = {name: path for path, text in texts.items() for name in _TEST.findall(text)}
        ordered = tuple(sorted(clauses, key=lambda clause: (clause.endswith("_test"), clause)))
        yield _Package(folder=folder, clauses=ordered, tests=tests, files=tuple(files))


def _module(root: Path) -> str:
    match = _MODULE.search((root / "go.mod").read_text("utf-8", "replace"))
    return match[1] if match else ""


@dataclass(slots=True, kw_only=True)
class _Events:
    """The stream of `test2json`, which a test's own process can write into: every test starts once and ends once."""

    packages: Mapping[str, _Package]
    module: str
    root: str
    running: str = ""
    _started: Counter[tuple[str, str]] = field(default_factory=Counter)
    _ended: dict[tuple[str, str], list[tuple[TestOutcome, float]]] = field(default_factory=dict)
    _said: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def take(self, line: str) -> None:
        """Read one line."""
        try:
            event = json.loads(line)
            key = (str(event.get("Package") or event.get("ImportPath", "")), str(event.get("Test", "")))
            action = event["Action"]
        except (ValueError, KeyError, AttributeError):
            return  # what `go` prints beside the stream, such as the errors of a build
        if action == "run":
            self._started[key] += 1
            self.running = self._name(*key)
        elif action in _OUTCOMES:
            self._ended.setdefault(key, []).append((_OUTCOMES[action], float(event.get("Elapsed", 0))))
            self.running = ""
        elif action in {"output", "build-output"}:
            self._said.setdefault(key, []).append(str(event.get("Output", "")).rstrip("\n"))

    def flaws(self) -> Iterator[str]:
        """Yield what no honest stream holds."""
        for key, endings in self._ended.items():
            if key[1] and (len(endings) > 1 or self._started[key] > 1):
                yield f"`{self._name(*key)}` ends more than once"

    def results(self, sentinels: Mapping[str, object]) -> Iterator[TestResult]:
        """Yield a result per test, and one per test file of a package that did not come to its end."""
        heard: dict[str, set[str]] = {}
        for (package, test), endings in self._ended.items():
            name = self._name(package, test)
            heard.setdefault(package, set()).add(name.partition("::")[2])
            if test:
                outcome, duration_s = endings[-1]
                yield told(
                    name, outcome, duration_s=duration_s, lines=self._lines(package, test) if outcome is _FAILED else ()
                )
        for folder, tested in self.packages.items():
            place = "/".join(filter(None, (self.module, folder.removeprefix(self.root).strip("/"))))
            if not sentinels.keys() <= heard.get(place, set()):
                said = [
                    line
                    for (name, test), lines in self._said.items()
                    if not test and _of(name, place)
                    for line in lines
                ]
                for path in tested.files:
                    yield told(path, _ERROR, lines=said or ["it ended before its last test"])

    def _lines(self, package: str, test: str) -> list[str]:
        return [line for line in self._said.get((package, test), []) if not line.lstrip().startswith(("=== ", "--- "))]

    def _name(self, package: str, test: str) -> str:
        folder = "/".join(filter(None, (self.root, package.removeprefix(self.module).strip("/"))))
        top, _, rest = test.partition("/")
        files = self.packages[folder].tests if folder in self.packages else {}
        return "::".join(filter(None, (files.get(top, folder or "."), top, rest)))


def _of(name: str, place: str) -> bool:
    """Return whether what was said under a name is about a package: `a/b`, `a/b [a/b.test]`, `a/b_test`, `a/b.test`."""
    return name.split(" ", maxsplit=1)[0].removesuffix(".test").removesuffix("_test") == place
