"""Check that every benchmark task is sound: its base passes, its oracle bites, its solution satisfies it."""

import ast
import fnmatch
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TASKS = Path(__file__).parent / "tasks"
KINDS = ("implement", "fix")
DIFFICULTIES = ("easy", "medium", "hard")
SECTIONS = ("Acceptance criteria", "Allowed paths", "Oracle tests")
SUITE_TIMEOUT_S = 60
PRODUCT_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task folder: a base tree, a spec, oracle tests and a known solution."""

    folder: Path
    kind: str
    difficulty: str
    summary: str
    spec: str

    @property
    def name(self) -> str:
        """The folder's name, unique among tasks."""
        return self.folder.name

    @property
    def sections(self) -> dict[str, list[str]]:
        """The bullet texts under each second-level heading of the spec."""
        found: dict[str, list[str]] = {}
        heading = ""
        for line in self.spec.splitlines():
            if line.startswith("## "):
                heading = line[3:].strip()
                found[heading] = []
            elif line.startswith("- ") and heading:
                found[heading].append(line[2:].strip())
        return found

    @property
    def named_tests(self) -> list[str]:
        """The node ids that the acceptance criteria name."""
        criteria = self.sections.get("Acceptance criteria", [])
        return [node for text in criteria for node in re.findall(r"`([^`]+\.py::[^`]+)`", text)]

    @property
    def allowed_paths(self) -> list[str]:
        """The glob patterns of the paths that a candidate may change."""
        return self.sections.get("Allowed paths", [])

    @property
    def oracle(self) -> dict[str, str]:
        """Where each oracle file goes in the tree: target path by path in the task folder."""
        lines = self.sections.get("Oracle tests", [])
        return dict(pair for line in lines for pair in re.findall(r"`([^`]+)` as `([^`]+)`", line))

    @property
    def solution_paths(self) -> list[str]:
        """The paths, relative to the tree, of the files the known solution replaces."""
        return _files(self.folder / "solution")


def load_task(folder: Path) -> Task:
    """Read a task folder; KeyError or FileNotFoundError when a field or file is missing."""
    fields = tomllib.loads((folder / "task.toml").read_text())
    return Task(
        folder=folder,
        kind=fields["kind"],
        difficulty=fields["difficulty"],
        summary=fields["summary"],
        spec=(folder / "spec.md").read_text(),
    )


def load_tasks(root: Path = TASKS) -> list[Task]:
    """Read all task folders under `root`, sorted by name."""
    return [load_task(file.parent) for file in sorted(root.glob("*/task.toml"))]


def structural_problems(task: Task) -> list[str]:
    """Return what is wrong with a task that can be seen without running anything."""
    return [*_field_problems(task), *_spec_problems(task), *_tree_problems(task)]


def execution_problems(task: Task) -> list[str]:
    """Return what is wrong with a task's outcomes: at the base, under the oracle and with the solution."""
    with tempfile.TemporaryDirectory(prefix="task-") as temporary:
        tree = Path(temporary) / "tree"
        shutil.copytree(task.folder / "repo", tree)
        base = run_suite(tree)
        for source, target in task.oracle.items():
            (tree / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(task.folder / source, tree / target)
        under_oracle = run_suite(tree)
        shutil.copytree(task.folder / "solution", tree, dirs_exist_ok=True)
        solved = run_suite(tree)
    return list(_outcome_problems(_oracle_tests(task), base, under_oracle, solved))


def run_suite(tree: Path) -> dict[str, bool]:
    """Run pytest in `tree` and return whether each node id passed; a file that cannot be read is one node."""
    report = tree.parent / "report.xml"
    report.unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"],
        cwd=tree,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=SUITE_TIMEOUT_S,
        check=False,
    )
    outcomes = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by pytest just above
        path = case.get("classname", "").replace(".", "/")
        outcomes[f"{path}.py::{case.get('name')}"] = len(case) == 0
    return outcomes


def names_of_tests(source: str) -> list[str]:
    """Return the names of the test functions at the top level of a module's source."""
    tree = ast.parse(source)
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def _field_problems(task: Task) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", task.name):
        yield "the folder's name is not in kebab case"
    if task.kind not in KINDS:
        yield f"unknown kind {task.kind!r}"
    if task.difficulty not in DIFFICULTIES:
        yield f"unknown difficulty {task.difficulty!r}"
    if not task.summary.endswith("."):
        yield "the summary is not a sentence"


def _spec_problems(task: Task) -> Iterator[str]:
    if not task.spec.startswith("# "):
        yield "the spec has no title"
    for section in SECTIONS:
        if not task.sections.get(section):
            yield f"the spec has nothing under {section!r}"
    for number, text in enumerate(task.sections.get("Acceptance criteria", []), start=1):
        if not text.startswith(f"[AC-{number}] ") or ".py::" not in text:
            yield f"criterion {number} has no id [AC-{number}] or names no test"
    missing = [source for source in task.oracle if not (task.folder / source).is_file()]
    if missing:
        yield f"oracle files are missing: {missing}"
        return
    for node in sorted(set(task.named_tests) ^ set(_oracle_tests(task))):
        yield f"{node} is named by the spec or present in the oracle, but not both"


def _tree_problems(task: Task) -> Iterator[str]:
    repo, solution = task.folder / "repo", task.folder / "solution"
    products = [path for path in _files(repo) if path.endswith(".py") and not path.startswith("tests/")]
    if not (repo / "pyproject.toml").is_file() or not list(repo.glob("tests/test_*.py")):
        yield "the base tree lacks pyproject.toml or tests"
    if not 2 <= len([path for path in products if not path.endswith("__init__.py")]) <= 5:
        yield "the base tree does not have two to five product modules"
    if sum(len((repo / path).read_text().splitlines()) for path in products) > PRODUCT_LINES:
        yield f"the base tree has more than {PRODUCT_LINES} product lines"
    if not task.solution_paths:
        yield "there is no solution"
    for path in task.solution_paths:
        before, after = repo / path, solution / path
        if before.is_file() and before.read_bytes() == after.read_bytes():
            yield f"the solution repeats {path}"
        if not any(fnmatch.fnmatchcase(path, pattern) for pattern in task.allowed_paths):
            yield f"the solution changes {path}, which the spec does not allow"


def _outcome_problems(
    oracle: list[str], base: Mapping[str, bool], under_oracle: Mapping[str, bool], solved: Mapping[str, bool]
) -> Iterator[str]:
    if not base or not all(base.values()):
        yield f"the base suite does not pass: {_failed(base)}"
    unseen = [node for node in oracle if node not in under_oracle or node not in solved]
    if unseen:
        yield f"oracle tests were not collected: {unseen}"
    if all(under_oracle.get(node, False) for node in oracle):
        yield "no oracle test fails at the base"
    if not all(passed for node, passed in under_oracle.items() if node not in oracle):
        yield "the oracle breaks a test of the base suite"
    if not solved or not all(solved.values()):
        yield f"the solution does not pass: {_failed(solved)}"


def _oracle_tests(task: Task) -> list[str]:
    return [
        f"{target}::{name}"
        for source, target in task.oracle.items()
        for name in names_of_tests((task.folder / source).read_text())
    ]


def _files(root: Path) -> list[str]:
    found = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path.relative_to(root).as_posix() for path in found)


def _failed(outcomes: Mapping[str, bool]) -> list[str]:
    return [node for node, passed in outcomes.items() if not passed]


def _check(task: Task) -> list[str]:
    return structural_problems(task) or execution_problems(task)


def main() -> int:
    """Check the tasks named on the command line, or all; return 1 when one has a problem."""
    wanted = set(sys.argv[1:])
    tasks = [task for task in load_tasks() if not wanted or task.name in wanted]
    unknown = wanted - {task.name for task in tasks}
    if unknown or not tasks:
        print(f"no such task: {', '.join(sorted(unknown)) or 'none at all'}")
        return 1
    bad = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for task, problems in zip(tasks, pool.map(_check, tasks), strict=True):
            bad += bool(problems)
            print(f"{'BAD' if problems else 'ok ':3} {task.difficulty:6} {task.kind:9} {task.name}")
            for problem in problems:
                print(f"      {problem}")
    counts = Counter(task.difficulty for task in tasks)
    spread = ", ".join(f"{counts[name]} {name}" for name in DIFFICULTIES)
    print(f"{len(tasks)} tasks ({spread}), {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
