"""How often does the choice by execution take a right candidate, against chance and against an oracle?

    python bench/selection.py [--only NAME] [--json FILE]

No model is asked. For each task of bench/solve, right candidates are rewritings of the known solution (other names,
other layout, turned conditions), and wrong ones are mutants of it that pass the project's tests and the first
acceptance test, which is all that the judge is shown. The other acceptance tests say what is right. Pools are drawn
from both with a fixed seed. The wrong ones of a pool are different mutants, as the mistakes of different answers
are; in two pools they are one and the same mistake, which shows where the method has nothing to go on.
"""

import argparse
import ast
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "solve"))
from run import lay_out, wilson  # type: ignore[import-not-found]

from journeyman.assembly import judge_of, open_project, open_sandbox
from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.spec import OracleTest, Source, Spec
from journeyman.domain.verification import Ground, Verification
from journeyman.judge.newtests.mutants import mutants
from journeyman.pipeline.probing import probes_for
from journeyman.pipeline.select import alike, rank

TASKS = Path(__file__).parent / "solve/tasks"
MOST_MUTANTS = 24
DRAWS = 20
POOLS = {"1 of 3": (1, 2), "1 of 4": (1, 3), "2 of 4": (2, 2), "2 of 6": (2, 4), "3 of 8": (3, 5)}
SAME_MISTAKE = {"2 of 4, one mistake": (2, 2), "2 of 5, one mistake": (2, 3)}
RUN_S = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One candidate whose truth is known."""

    name: str
    candidate: Candidate
    right: bool
    mistake: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="Part of a task's name")
    parser.add_argument("--every", type=int, default=1, help="Only every so many-th task")
    parser.add_argument("--json", type=Path, help="Append every draw there, a line each")
    options = parser.parse_args()
    draws: list[dict[str, object]] = []
    for task in sorted(path for path in TASKS.iterdir() if options.only in path.name)[:: options.every]:
        found = asyncio.run(measure(task))
        print(f"{task.name}: {len(found)} draws", file=sys.stderr, flush=True)
        draws += found
        if options.json:
            with options.json.open("a") as file:
                file.writelines(json.dumps(one, sort_keys=True) + "\n" for one in found)
    print(table(draws))


async def measure(task: Path) -> list[dict[str, object]]:
    """Return the draws of one task; none when too few mutants look right to the judge."""
    with tempfile.TemporaryDirectory() as scratch:
        repo = lay_out(task, Path(scratch) / "repo", threads=1)
        os.environ["JOURNEYMAN_HOME"] = f"{scratch}/home"
        shown, hidden = halves(task)
        if not hidden:
            return []
        samples = await asyncio.to_thread(sort_out, task, Path(scratch), shown, hidden)
        if sum(not sample.right for sample in samples) < 2 or sum(sample.right for sample in samples) < 2:
            return []
        project = await open_project(repo)
        tests = tuple(OracleTest(path=path, content=text.encode()) for path, text in shown.items())
        source, intent = Source(locator="file:", digest=""), (task / "spec.md").read_text()
        spec = Spec(title=task.name, intent=intent, source=source, oracle_tests=tests)
        ground = Ground(base=project.base, oracle_tests=tests)
        async with AsyncExitStack() as stack:
            sandbox = await open_sandbox(project.settings, stack)
            judge = judge_of(project, sandbox, Path(scratch) / "worlds")
            candidates = [sample.candidate for sample in samples]
            probes = await probes_for(spec, ground, candidates, repository=project.repository)
            behaviours = await judge.behaviour(ground, candidates, probes)
            answers = {one.candidate: dict(one.answers) for one in behaviours}
            likeness = {one.id: await judge.likeness(ground, one) for one in candidates}
    return draw(task.name, samples, answers, likeness)


def draw(
    task: str, samples: list[Sample], answers: dict[str, dict[str, str]], likeness: dict[str, str]
) -> list[dict[str, object]]:
    """Draw pools and choose from each."""
    lottery = random.Random(task)
    right, wrong = [one for one in samples if one.right], [one for one in samples if not one.right]
    found: list[dict[str, object]] = []
    for name, (rights, wrongs) in {**POOLS, **SAME_MISTAKE}.items():
        for _ in range(DRAWS):
            pool = lottery.choices(right, k=rights)
            if name in SAME_MISTAKE:
                pool += [lottery.choice(wrong)] * wrongs
            elif len(wrong) >= wrongs:
                pool += lottery.sample(wrong, wrongs)
            else:
                continue
            lottery.shuffle(pool)
            attempts = [attempt(sample, number) for number, sample in enumerate(pool)]
            known = {one.candidate.id: sample for one, sample in zip(attempts, pool, strict=True)}
            sizes = {one.candidate.id: len(str(one.candidate.changes)) for one in attempts}
            same = alike(
                attempts, {one.candidate.id: likeness[known[one.candidate.id].candidate.id] for one in attempts}
            )
            told = {one.candidate.id: answers[known[one.candidate.id].candidate.id] for one in attempts}
            best = rank(same, told, sizes)[0].attempts[0]
            smallest = min(attempts, key=lambda one: sizes[one.candidate.id])
            found.append(
                {
                    "task": task,
                    "pool": name,
                    "chance": sum(one.right for one in pool) / len(pool),
                    "chosen": known[best.candidate.id].right,
                    "smallest": known[smallest.candidate.id].right,
                    "first": pool[0].right,
                    "probes": len(next(iter(told.values()))),
                }
            )
    return found


def attempt(sample: Sample, number: int) -> Attempt:
    candidate = Candidate(id=f"{number}.1", changes=sample.candidate.changes)
    verification = Verification(candidate=candidate.id, tree="", checks=(), findings=())
    return Attempt(proposal=Proposal(candidate=candidate, turns=()), verification=verification)


def halves(task: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the acceptance tests as two sets of files: the first test is shown, the rest is hidden."""
    shown: dict[str, str] = {}
    hidden: dict[str, str] = {}
    for path in sorted((task / "oracle").glob("*.py")):
        tree = ast.parse(path.read_text())
        tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
        for kept, files, name in (
            (tests[:1], shown, path.name),
            (tests[1:], hidden, path.name.replace("test_", "test_hidden_")),
        ):
            body = [node for node in tree.body if node not in tests or node in kept]
            if kept:
                files[f"tests/{name}"] = ast.unparse(ast.Module(body=body, type_ignores=[])) + "\n"
    return shown, hidden


def sort_out(task: Path, scratch: Path, shown: dict[str, str], hidden: dict[str, str]) -> list[Sample]:
    """Return what looks right to the judge, with what it is."""
    files = {str(path.relative_to(task / "solution")): path for path in (task / "solution").rglob("*.py")}
    made = versions(task, files)
    worlds = [
        lay(task, scratch / f"try-{number}-{name}", changes, tests)
        for number, (_, changes) in enumerate(made)
        for name, tests in (("shown", shown), ("hidden", hidden))
    ]
    command = [sys.executable, "-c", RUNNER, str(RUN_S), *map(str, worlds)]
    # Plug-ins that happen to be installed cost seconds in every fork, and no task needs any.
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(command, capture_output=True, check=True, env=env).stdout.decode().splitlines()[-1]
    codes = json.loads(ended)
    samples = []
    for number, (mistake, changes) in enumerate(made):
        looks, truth = codes[2 * number], codes[2 * number + 1]
        if looks == 0 and truth in (0, 1):
            candidate = Candidate(id=f"{number}.1", changes=changes)
            samples.append(Sample(f"{task.name} {number}", candidate, right=truth == 0, mistake=mistake))
    # A rewriting that is wrong after all would be a fault of this benchmark, not a candidate. A mutant that no test
    # notices may be no mistake at all, so it is neither.
    return [one for one in samples if bool(one.mistake) != one.right]


RUNNER = """
import json, os, signal, sys
import pytest
codes = []
for world in sys.argv[2:]:
    child = os.fork()
    if not child:
        signal.alarm(int(sys.argv[1]))
        os.chdir(world)
        sys.path.insert(0, world)
        os._exit(int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "tests"])))
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print()
print(json.dumps(codes))
"""
"""Runs the tests of each world in a fork that has the test runner loaded already."""


def lay(task: Path, world: Path, changes: tuple[FileChange, ...], tests: dict[str, str]) -> Path:
    """Make a directory of one candidate with some of the tests."""
    subprocess.run(["cp", "-r", str(task / "repo"), str(world)], check=True)
    for path, content in [
        *((change.path, change.content or b"") for change in changes),
        *((path, text.encode()) for path, text in tests.items()),
    ]:
        (world / path).parent.mkdir(parents=True, exist_ok=True)
        (world / path).write_bytes(content)
    return world


def versions(task: Path, files: dict[str, Path]) -> list[tuple[str, tuple[FileChange, ...]]]:
    """Return (mistake, changes) of each rewriting and each mutant of the solution."""
    solution = {path: file.read_bytes() for path, file in files.items()}
    # All are printed from their trees, as mutants are: comments must not tell one kind from the other by size.
    made = [("", as_changes({path: rewrite(text, way) for path, text in solution.items()})) for way in range(4)]
    for path, after in sorted(solution.items()):
        before = task / "repo" / path
        broken = mutants(before.read_bytes() if before.exists() else b"", after, most=MOST_MUTANTS)
        made += [(f"{path} {one.what}", as_changes({**solution, path: one.content})) for one in broken]
    return made


def as_changes(files: dict[str, bytes]) -> tuple[FileChange, ...]:
    return tuple(FileChange(path=path, content=text) for path, text in sorted(files.items()))


def rewrite(text: bytes, way: int) -> bytes:
    """Return the same program in other words: 1 other local names, 2 turned conditions, 3 both."""
    tree = ast.parse(text)
    if way in (1, 3):
        tree = Renamed().visit(tree)
    if way in (2, 3):
        tree = Turned().visit(tree)
    return (ast.unparse(ast.fix_missing_locations(tree)) + "\n").encode()


class Renamed(ast.NodeTransformer):
    """Gives the local variables of plain functions other names."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Rename what is assigned in it, unless something inside could see the names."""
        inner = (ast.FunctionDef, ast.Lambda, ast.Global, ast.Nonlocal, ast.ClassDef)
        if not any(isinstance(part, inner) for part in ast.walk(node) if part is not node):
            stored = {
                part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and part.id in stored:
                    part.id = f"{part.id}_"
        return node


class Turned(ast.NodeTransformer):
    """Denies each condition that has an else, and changes its two sides."""

    def visit_If(self, node: ast.If) -> ast.If:
        """Turn one condition, and those below it."""
        self.generic_visit(node)
        if node.orelse and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)):
            return ast.If(test=ast.UnaryOp(ast.Not(), node.test), body=node.orelse, orelse=node.body)
        return node


def table(draws: list[dict[str, object]]) -> str:
    """Fold the draws into a Markdown table; the interval is over tasks' draws taken as independent."""
    groups: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
    for one in draws:
        groups[str(one["pool"])].append(one)
    rows = [
        "| right in pool | tasks | draws | chance | smallest change | **by execution** | 95 % interval | oracle |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in (*POOLS, *SAME_MISTAKE):
        some = groups[name]
        if some:
            chosen, tasks = sum(bool(one["chosen"]) for one in some), len({one["task"] for one in some})
            low, high = wilson(chosen, len(some))
            chance = sum(float(str(one["chance"])) for one in some) / len(some)
            smallest = sum(bool(one["smallest"]) for one in some) / len(some)
            rows.append(
                f"| {name} | {tasks} | {len(some)} | {chance:.0%} | {smallest:.0%} | **{chosen / len(some):.0%}** "
                f"| {low:.0%}-{high:.0%} | 100% |"
            )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
