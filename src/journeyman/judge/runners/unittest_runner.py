"""`unittest` in a sandbox, for projects that do without pytest: the same channel, names and sentinels."""

from pathlib import Path

from journeyman.judge.languages.python import Python
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.python_job import WORK, PythonJob, asked_of, run_python
from journeyman.judge.runners.python_seeds import UNITTEST
from journeyman.judge.runners.python_style import only_unittest
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.suite import Suite

_PATTERNS = ("test*.py", "*_test.py")


class UnittestRunner:
    """Runs a world's suite with the project's own interpreter and nothing installed for it."""

    name = "unittest"
    language = Python()
    wants = ("test_*.py", "*_test.py", "pyproject.toml", "setup.cfg", "tox.ini", "requirements*.txt")

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return one suite for the whole tree when nothing in it asks for pytest."""
        suite = Suite(folders=view.settings.test_paths, file_patterns=_PATTERNS, config_patterns=())
        asked = view.settings.runner != "auto"
        return (suite,) if asked or only_unittest(view) else ()

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        where = {"root": WORK, "patterns": suite.file_patterns, "folders": suite.folders}
        job = PythonJob(part="unittest_part", seed=UNITTEST, task=where | asked_of(suite))
        _, measurement = await run_python(job, self._bench, world, newcomers=newcomers)
        return measurement
