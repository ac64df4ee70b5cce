"""pytest in a sandbox: one command, its configuration the base's, its results over a pipe of ours."""

from dataclasses import replace
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.judge.languages.python import Python
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.python_job import WORK, PythonJob, asked_of, place_of, run_python
from journeyman.judge.runners.python_projects import PythonProject, python_projects, worth_running
from journeyman.judge.runners.python_seeds import PYTEST
from journeyman.judge.runners.python_style import only_unittest
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.suite import CONFIG_NAMES, Suite, read_suite

_ENVIRONMENT = (
    ("COVERAGE_FILE", "/tmp/.coverage"),  # noqa: S108 # inside, where the world itself is read-only
    ("HYPOTHESIS_STORAGE_DIRECTORY", "/tmp/.hypothesis"),  # noqa: S108 # likewise
    ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),
)


class PytestRunner:
    """Runs a world's suite with the project's own interpreter."""

    name = "pytest"
    tool = ""
    language = Python()
    wants = (*CONFIG_NAMES, "test_*.py", "*_test.py", "requirements*.txt")

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._settings = bench.settings

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return a suite for each project, wherever there is Python and it is not written for unittest alone."""
        if not any(path.endswith(".py") for path in view.paths) or only_unittest(view):
            return ()
        suites = [_suite(project, view) for project in python_projects(view)]
        return worth_running(suites, view)

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        job = PythonJob(
            part="pytest_part", seed=PYTEST, arguments=self._arguments(suite), env=_ENVIRONMENT, task=asked_of(suite)
        )
        result, measurement = await run_python(job, self._bench, world, suite, newcomers=newcomers)
        if b"No module named 'pytest'" in result.output and not result.report:
            raise UserError(
                f"pytest is not installed for {self._bench.interpreter}",
                remedy="Install it there, or name the project's interpreter as `python` under [judge].",
            )
        return measurement

    def _arguments(self, suite: Suite) -> tuple[str, ...]:
        """Return pytest's arguments; they come after the configuration's own and win over them."""
        config = f"{WORK}/{suite.config}" if suite.config else "/dev/null"
        root = place_of(suite)
        plugins = [part for plugin in self._settings.plugins for part in ("-p", plugin)]
        one_process = ["-n", "0"] if any(plugin.startswith("xdist") for plugin in self._settings.plugins) else []
        return (
            *("-c", config, "--rootdir", root, "--confcutdir", root, "-p", "no:cacheprovider"),
            *plugins,
            *one_process,
            # Every result counts, so neither a failure nor a broken file may end the run early.
            *("--maxfail=0", "--continue-on-collection-errors", "-q", "--no-header", "--no-summary"),
            *(f"--ignore={WORK}/{folder}" for folder in suite.elsewhere),
            *(suite.local(path) for path in suite.only or _asked_below(suite.root, self._settings.test_paths)),
        )


def _suite(project: PythonProject, view: TreeView) -> Suite:
    below = _asked_below(project.root, view.settings.test_paths)
    start = len(project.root) + 1 if project.root else 0
    suite = read_suite(project.configs, root=project.root, test_paths=tuple(path[start:] for path in below))
    return replace(suite, elsewhere=project.elsewhere)


def _asked_below(root: str, test_paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the paths a person named that lie below a folder."""
    return tuple(path for path in test_paths if not root or path.startswith(f"{root}/"))
