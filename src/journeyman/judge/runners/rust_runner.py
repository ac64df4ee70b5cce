"""`cargo test` in a sandbox: built once, each test program run on its own, one test at a time.

The stable harness has no machine-readable report and prints beside the code it tests. So every program is asked
for its tests first, and its words count only as the answer to that list: in its order, each test once, with a
summary at the end that agrees.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.domain.verification import TestOutcome, TestResult
from journeyman.judge.languages.rust import CONFIGS, Rust, holds_tests
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.courier import Carried, Journey, Step, Told, files_of, send_out, sown_into, told
from journeyman.judge.runners.python_job import WORK
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.sentinel import Seed, Sentinels, draw
from journeyman.judge.suite import Suite

_PASSED, _FAILED, _SKIPPED, _ERROR = TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.SKIPPED, TestOutcome.ERROR
_ENVIRONMENT = (
    ("CARGO_TARGET_DIR", "/tmp/target"),  # noqa: S108 # inside: built anew each time
    ("CARGO_TERM_COLOR", "never"),
    ("CARGO_NET_OFFLINE", "true"),
    ("CARGO_INCREMENTAL", "0"),
    ("CARGO_PROFILE_TEST_DEBUG", "0"),
    ("RUST_BACKTRACE", "0"),
)
_FLAGS = ("--test-threads=1", "--format=pretty", "--color=never")
_LINE = re.compile(r"test (.+?)(?: - should panic(?: \(.*\))?)? \.\.\. ?(.*)")
_WORD = re.compile(r"(ok|FAILED|ignored)\b")
_SUMMARY = re.compile(r"test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored")
_DOC = re.compile(r"(\S+) - (?:(.+) )?\(line \d+\)(.*)")
_SEED = Seed(
    file="$word",
    source="""
#[cfg(test)]
mod zz_$a {
    #[allow(unused_imports)]
    use super::*;
    #[test]
    fn zz_$a() { assert_eq!($low + $low, $low2); }
    #[test]
    fn zz_$b() { assert_eq!($low, $high); }
    #[test]
    fn zz_$c() { assert!($low == $high); }
    #[test]
    fn zz_$d() { assert_ne!($low, $low); }
    #[test]
    fn zz_$e() { panic!("{}", $low); }
    #[test]
    #[should_panic]
    fn zz_$f() {}
    #[test]
    fn zz_$g() -> Result<(), String> { Err(String::from("$low")) }
}
""",
    expected={
        "zz_$a::zz_$a": ("pass", _PASSED),
        "zz_$a::zz_$b": ("assert-eq", _FAILED),
        "zz_$a::zz_$c": ("assert", _FAILED),
        "zz_$a::zz_$d": ("assert-ne", _FAILED),
        "zz_$a::zz_$e": ("panic", _FAILED),
        "zz_$a::zz_$f": ("should-panic", _FAILED),
        "zz_$a::zz_$g": ("result", _FAILED),
    },
)


class RustRunner:
    """Fills `Runner`: one suite per workspace."""

    name = "cargo"
    tool = "cargo"
    language = Rust()
    wants = ("Cargo.toml",)

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return a suite for each `Cargo.toml` that is in no other's folder."""
        roots = sorted(path.rpartition("/")[0] for path in view.paths if path.rpartition("/")[2] == "Cargo.toml")
        outer = [
            root
            for root in roots
            if not any(root.startswith(f"{other}/") or not other for other in roots if other != root)
        ]
        return tuple(
            Suite(
                root=root,
                config=f"{root}/Cargo.toml" if root else "Cargo.toml",
                folder_names=frozenset({"tests", "testdata", "snapshots"}),
                file_patterns=("tests.rs", "test.rs", "*_test.rs", "*_tests.rs"),
                helper_patterns=("*.snap",),
                config_patterns=CONFIGS,
                inline_suffixes=(".rs",),
            )
            for root in outer
        )

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        del newcomers
        cargo = self._bench.toolchains.find("cargo")
        if cargo is None:
            raise UserError("Cargo is needed for the project's tests", remedy="Install `cargo` where Journeyman runs.")
        sentinels = draw(_SEED, everywhere=True)
        ending = next(iter(sentinels.files.values())).encode()
        paths = [path for path in await files_of(world) if path.endswith(".rs") and suite.within(path)]
        endings = {path: ending for path in paths if holds_tests((world / path).read_bytes())}
        journey = self._journey(suite, cargo.executable)
        with sown_into(world, {}, endings):
            carried = await send_out(
                Journey(
                    steps=journey,
                    tool=cargo,
                    env=_ENVIRONMENT,
                    task={"flags": _FLAGS, "env": {}},
                    copy=(WORK, _COPY),
                    builds=True,
                ),
                self._bench,
                world,
            )
        heard = heard_from(carried, sentinels)
        return carried.measured(tuple(heard.results), sentinels, flaws=tuple(heard.flaws), running=heard.running)

    def _journey(self, suite: Suite, cargo: str) -> tuple[Step, ...]:
        root = f"{_COPY}/{suite.root}" if suite.root else _COPY
        return (
            Step(
                argv=(cargo, "test", "--offline", "--workspace", "--no-run", "--message-format=json"),
                cwd=root,
                name="build",
                needed=True,
                lists=True,
            ),
            Step(
                argv=(cargo, "test", "--offline", "--workspace", "--doc", "--no-fail-fast", "--", *_FLAGS),
                cwd=root,
                name="doc",
            ),
        )


_COPY = "/tmp/work"  # noqa: S108 # inside: Cargo wants to write its lock file where there is none


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the programs of one run said."""

    results: list[TestResult] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    running: str = ""


def heard_from(carried: Carried, sentinels: Sentinels) -> Heard:
    """Return what each test program answered to the list of its tests."""
    heard = Heard()
    lists: dict[str, Sequence[str]] = {}
    for step in carried.steps:
        kind, _, source = step.name.partition(":")
        place = source.removeprefix(f"{_COPY}/")
        if kind == "list":
            lists[place] = [line.removesuffix(": test") for line in step.lines if line.endswith(": test")]
        elif kind == "run":
            _program(step, place, lists.get(place, ()), heard, sentinels)
        elif kind == "doc":
            _documentation(step, heard)
        elif kind == "build" and step.status:
            heard.results.append(
                told("Cargo.toml", _ERROR, lines=["the project cannot be built", *_errors(carried.result.output)])
            )
    return heard


def _program(step: Told, place: str, expected: Sequence[str], heard: Heard, sentinels: Sentinels) -> None:
    if step.lines and not expected and not any(_SUMMARY.match(line) for line in step.lines):
        outcome = _PASSED if step.status == 0 else _FAILED  # a program without the standard harness
        heard.results.append(told(f"{place}::main", outcome, lines=step.lines if step.status else ()))
        return
    answers, summary = _answers(step.lines, expected)
    details = _details(step.lines)
    for name, outcome in answers:
        node_id = _node_id(place, name, sentinels)
        heard.results.append(told(node_id, outcome, lines=details.get(name, ()) if outcome is _FAILED else ()))
    counts = tuple(sum(outcome is kind for _, outcome in answers) for kind in (_PASSED, _FAILED, _SKIPPED))
    if summary is None:
        after = expected[len(answers)] if len(answers) < len(expected) else ""
        heard.running = _node_id(place, after, sentinels) if after else ""
        heard.results.append(told(place, _ERROR, lines=["it ended before its last test"]))
    elif summary != counts or [name for name, _ in answers] != list(expected) or (step.status == 0) is (counts[1] > 0):
        heard.flaws.append(f"what the tests of `{place}` printed does not agree with itself")


def _answers(
    lines: Sequence[str], expected: Sequence[str]
) -> tuple[list[tuple[str, TestOutcome]], tuple[int, ...] | None]:
    """Return (test, outcome) as far as the program came, and the counts of its summary, if it came to that."""
    found: list[tuple[str, TestOutcome]] = []
    words = {"ok": _PASSED, "FAILED": _FAILED, "ignored": _SKIPPED}
    open_name = ""
    for line in lines:
        if summary := _SUMMARY.match(line):
            return found, tuple(int(count) for count in summary.groups())
        match = _LINE.match(line)
        if match and len(found) < len(expected) and match[1] == expected[len(found)]:
            open_name, line = match[1], match[2]  # noqa: PLW2901 # the rest of it is the answer, or comes later
        if open_name and (word := _WORD.match(line)):
            found.append((open_name, words[word[1]]))
            open_name = ""
    return found, None


def _details(lines: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith("---- ") and line.endswith(" stdout ----"):
            name = line[5:-12]
        elif name and not line.strip() and found.get(name):
            name = ""
        elif name and line.strip():
            found.setdefault(name, []).append(line)
    return found


def _documentation(step: Told, heard: Heard) -> None:
    """Read the examples in the documentation; they are told apart by line, and since lines move, counted instead."""
    counts: dict[str, int] = {}
    for line in step.lines:
        match = _LINE.match(line)
        found = _DOC.match(match[1]) if match else None
        word = _WORD.match(match[2]) if match else None
        if found is None or word is None:
            continue
        name = f"{found[1]}::doc {found[2] or ''}".rstrip()
        counts[name] = counts.get(name, 0) + 1
        name = f"{name} #{counts[name]}" if counts[name] > 1 else name
        heard.results.append(told(name, {"ok": _PASSED, "FAILED": _FAILED, "ignored": _SKIPPED}[word[1]]))


def _node_id(place: str, name: str, sentinels: Sentinels) -> str:
    """Return the node id of a test; a sentinel's says in which module it stood without `::`, so that it is known."""
    module, _, tail = name.rpartition("::")
    outer, _, inner = module.rpartition("::")
    own = f"{inner}::{tail}"
    if own in sentinels.expected:
        return f"{place}#{outer.replace('::', '/')}::{own}"
    return f"{place}::{name}"


def _errors(output: bytes) -> Iterator[str]:
    """Yield what the compiler said was wrong."""
    for line in output.decode("utf-8", "replace").splitlines():
        if line.startswith(("error", "  --> ", " --> ")):
            yield line
