"""`unittest` in a sandbox, for projects that do without pytest: the same channel, names and sentinels."""

from pathlib import Path

from journeyman.judge.languages.python import Python
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.python_job import WORK, PythonJob, asked_of, place_of, run_python
from journeyman.judge.runners.python_projects import PythonProject, python_projects, worth_running
from journeyman.judge.runners.python_seeds import UNITTEST
from journeyman.judge.runners.python_style import only_unittest
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.suite import CONFIG_NAMES, Suite

_PATTERNS = ("test*.py", "*_test.py")


class UnittestRunner:
    """Runs a world's suite with the project's own interpreter and nothing installed for it."""

    name = "unittest"
    tool = ""
    language = Python()
    wants = (*CONFIG_NAMES, "test_*.py", "*_test.py", "requirements*.txt")

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return a suite for each project when nothing in the tree asks for pytest."""
        if view.settings.runner == "auto" and not only_unittest(view):
            return ()
        suites = [_suite(project, view) for project in python_projects(view)]
        return worth_running(suites, view)

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        below = [f"{place_of(suite)}/{folder}" for folder in suite.folders]
        aside = [f"{WORK}/{folder}" for folder in suite.elsewhere]
        where = {"patterns": suite.file_patterns, "folders": below, "elsewhere": aside}
        job = PythonJob(part="unittest_part", seed=UNITTEST, task=where | asked_of(suite))
        _, measurement = await run_python(job, self._bench, world, suite, newcomers=newcomers)
        return measurement


def _suite(project: PythonProject, view: TreeView) -> Suite:
    root = project.root
    prefix = f"{root}/" if root else ""
    return Suite(
        root=root,
        elsewhere=project.elsewhere,
        folders=tuple(path.removeprefix(prefix) for path in view.settings.test_paths if path.startswith(prefix)),
        file_patterns=_PATTERNS,
        config_patterns=(),
        import_roots=tuple(dict.fromkeys((f"{prefix}src", root, "src", ""))),
    )
