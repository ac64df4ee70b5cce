"""Sentinels: tests of the judge's own that must fail or must pass, sown into every run.

A harness that was talked into saying "passed" says so of these too. Their names and numbers are drawn
anew for each run; the verdict depends only on how they end.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from journeyman.domain.verification import TestOutcome, TestResult

EXIT_STATUS = "exit-status"
"""The kind that is the runner's own word for the run: with failing sentinels in it, never a success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What one tool's sentinels are made of."""

    file: str
    """Name of the file, `$word` in it."""
    source: str
    """Its content, `$name` where a word or number is drawn: see `draw`."""
    expected: Mapping[str, tuple[str, TestOutcome]]
    """Name of the test within its file, likewise → (kind, the only honest outcome)."""

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind, the exit status included."""
        return frozenset(kind for kind, _ in self.expected.values()) | {EXIT_STATUS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentinels:
    """One run's sentinels: what to write, and how each must end."""

    files: Mapping[str, str]
    """File name → content; where there are two, the first runs before the suite, the last behind it."""
    expected: Mapping[str, tuple[str, TestOutcome]]
    """Name within the file → (kind, the only honest outcome); no two files share a name."""
    everywhere: bool = False
    """Each test file runs them all, behind its own tests; otherwise they run once."""
    kinds: frozenset[str] = field(default=frozenset())

    def plant(self, folder: Path) -> None:
        """Write the files into a new folder."""
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            (folder / name).write_text(content, encoding="utf-8")

    def own(self, node_id: str) -> bool:
        """Return whether a node id is one of these sentinels'."""
        name = _name(node_id)
        # A file outside the project has no path in its node ids, so a broken one has none at all.
        return not node_id or name in self.expected or node_id.endswith(tuple(self.files))

    def honest(self, results: Iterable[TestResult]) -> frozenset[str]:
        """Return the kinds of which every sentinel ended as it must: once, or once wherever it ended."""
        seen: dict[str, list[TestOutcome]] = {}
        for result in results:
            seen.setdefault(_name(result.node_id), []).append(result.outcome)
        kinds = frozenset(kind for kind, _ in self.expected.values())
        return kinds - {kind for key, (kind, must) in self.expected.items() if not self._heard(seen.get(key), must)}

    def unheard(self, results: Iterable[TestResult]) -> frozenset[str]:
        """Return the kinds that no test file came to, when each should: `silent` says of which files."""
        seen = {_name(result.node_id) for result in results}
        kinds = {kind for key, (kind, _) in self.expected.items() if key not in seen}
        return frozenset(kinds) if self.everywhere else frozenset()

    def _heard(self, outcomes: list[TestOutcome] | None, must: TestOutcome) -> bool:
        return set(outcomes or ()) == {must} and (self.everywhere or outcomes == [must])

    def silent(self, results: Iterable[TestResult], files: Iterable[str]) -> tuple[str, ...]:
        """Return the files that did not run every sentinel, sorted: they ended before their end."""
        heard: dict[str, set[str]] = {}
        for result in results:
            path, _, name = result.node_id.partition("::")
            heard.setdefault(path, set()).add(name)
        return tuple(sorted(path for path in set(files) if not self.expected.keys() <= heard.get(path, set())))


def draw(seed: Seed, *, files: int = 1, everywhere: bool = False) -> Sentinels:
    """Return sentinels with names and numbers nobody can foresee.

    In a seed, `$a` to `$i` are words of lower-case letters, `$A` to `$I` the same words with a capital;
    `$low` and `$high` are two different numbers, `$low2` is twice the low one.
    """
    written: dict[str, str] = {}
    expected: dict[str, tuple[str, TestOutcome]] = {}
    for _ in range(files):
        words = {letter: _word() for letter in "abcdefghi"} | {"word": _word()}
        low = secrets.randbelow(10**6)
        numbers = {"low": low, "high": low + 1 + secrets.randbelow(10**6), "low2": low + low}
        drawn = {**words, **{name.upper(): word.capitalize() for name, word in words.items()}, **numbers}
        written[Template(seed.file).substitute(drawn)] = Template(seed.source).substitute(drawn)
        expected |= {Template(name).substitute(drawn): must for name, must in seed.expected.items()}
    return Sentinels(files=written, expected=expected, everywhere=everywhere, kinds=seed.kinds)


def can_be_heard(sown: Collection[str], armed: Collection[str]) -> bool:
    """Return whether, in each runner, a sentinel that must fail and one that must pass end as they must.

    Args:
        sown: kinds put into the runs; `runner/kind` where there is more than one runner.
        armed: those that ended as they must in every run of the base.

    A kind that must pass is called so: its name ends in `pass`.
    """
    groups = {kind.rpartition("/")[0] for kind in sown}
    heard = {(kind.rpartition("/")[0], kind.endswith("pass")) for kind in armed if not kind.endswith(EXIT_STATUS)}
    return all((group, passing) in heard for group in groups for passing in (True, False))


def quarantine_name(kind: str) -> str:
    """Return the name under which a baseline lists a kind that cannot be relied on."""
    return f"sentinel::{kind}"


def _name(node_id: str) -> str:
    return node_id.partition("::")[2]


def _word() -> str:
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12))
