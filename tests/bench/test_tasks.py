"""Every benchmark task is sound, and the checker notices one that is not."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

SOLVE = Path(__file__).parents[2] / "bench" / "solve"


def load_checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_tasks", SOLVE / "check_tasks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_tasks"] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


checker = load_checker()
FOLDERS = sorted(file.parent for file in (SOLVE / "tasks").glob("*/task.toml"))
each_task = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def copy_of(name: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOLVE / "tasks" / name, tmp_path / name))


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_there_is_a_spread_of_difficulty_and_kind() -> None:
    tasks = checker.load_tasks()
    counts = {level: sum(task.difficulty == level for task in tasks) for level in checker.DIFFICULTIES}
    assert min(counts.values()) >= 12
    assert min(sum(task.kind == kind for task in tasks) for kind in checker.KINDS) >= 15


def test_no_two_tasks_share_a_product_package() -> None:
    packages = [path.parent.name for folder in FOLDERS for path in folder.glob("repo/*/__init__.py")]
    assert len(packages) == len(set(packages)) == len(FOLDERS)


@each_task
def test_structure(folder: Path) -> None:
    assert checker.structural_problems(checker.load_task(folder)) == []


@pytest.mark.slow
@each_task
def test_execution(folder: Path) -> None:
    assert checker.execution_problems(checker.load_task(folder)) == []


def test_a_spec_that_names_an_unknown_test_is_noticed(tmp_path: Path) -> None:
    folder = copy_of("leap-century", tmp_path)
    replace_in(folder / "spec.md", "::test_lengths_follow", "::test_lengths_lead")
    problems = checker.structural_problems(checker.load_task(folder))
    assert [problem.split(" ")[0].partition("::")[2] for problem in problems] == [
        "test_lengths_follow",
        "test_lengths_lead",
    ]


def test_a_solution_outside_the_allowed_paths_is_noticed(tmp_path: Path) -> None:
    folder = copy_of("leap-century", tmp_path)
    replace_in(folder / "spec.md", "- almanac/**", "- almanac/months.py")
    problems = checker.structural_problems(checker.load_task(folder))
    assert problems == ["the solution changes almanac/years.py, which the spec does not allow"]


def test_a_solution_that_changes_nothing_is_noticed(tmp_path: Path) -> None:
    folder = copy_of("leap-century", tmp_path)
    shutil.copy(folder / "repo/almanac/years.py", folder / "solution/almanac/years.py")
    assert checker.structural_problems(checker.load_task(folder)) == ["the solution repeats almanac/years.py"]


@pytest.mark.slow
def test_an_oracle_that_passes_at_the_base_is_noticed(tmp_path: Path) -> None:
    folder = copy_of("leap-century", tmp_path)
    shutil.copy(folder / "solution/almanac/years.py", folder / "repo/almanac/years.py")
    assert checker.execution_problems(checker.load_task(folder)) == ["no oracle test fails at the base"]


@pytest.mark.slow
def test_a_solution_that_fails_the_oracle_is_noticed(tmp_path: Path) -> None:
    folder = copy_of("leap-century", tmp_path)
    replace_in(folder / "solution/almanac/years.py", "year % 400 == 0", "year % 800 == 0")
    problems = checker.execution_problems(checker.load_task(folder))
    assert len(problems) == 1
    assert problems[0].startswith("the solution does not pass: ['tests/test_almanac_acceptance.py::")
