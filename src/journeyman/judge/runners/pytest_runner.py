"""pytest in a sandbox: one command, its configuration the base's, its results over a pipe of ours."""

import asyncio
import json
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from journeyman.domain.command import Command, Limits, Mount
from journeyman.domain.errors import UserError
from journeyman.judge.languages.python import Python
from journeyman.judge.measurement import Measurement, read_measurement
from journeyman.judge.runners.python_style import only_unittest
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.sentinel import Sentinels, draw_sentinels
from journeyman.judge.suite import CONFIG_NAMES, Suite, read_suite

_REPORTER = Path(__file__).parent.parent / "reporter.py"
_OURS = "/opt/journeyman"
_SCRIPT = f"{_OURS}/reporter.py"
_WORK = "/work"
_REPORT_BYTES = 32 * 2**20
# Nothing is inherited. A fixed hash seed makes the same inputs take the same path twice.
_ENVIRONMENT = (
    ("COVERAGE_FILE", "/tmp/.coverage"),  # noqa: S108 # inside, where the world itself is read-only
    ("HYPOTHESIS_STORAGE_DIRECTORY", "/tmp/.hypothesis"),  # noqa: S108 # likewise
    ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONNOUSERSITE", "1"),
)


class PytestRunner:
    """Runs a world's suite with the project's own interpreter."""

    name = "pytest"
    language = Python()
    wants = (*CONFIG_NAMES, "test_*.py", "*_test.py", "requirements*.txt")

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._settings = bench.settings

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return one suite for the whole tree, wherever there is Python and it is not written for unittest alone."""
        if not any(path.endswith(".py") for path in view.paths) or only_unittest(view):
            return ()
        configs = {name: view.contents[name] for name in CONFIG_NAMES if name in view.contents}
        return (read_suite(configs, test_paths=view.settings.test_paths),)

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the suite once; see `Runner.measure`."""
        sentinels, key = draw_sentinels(), secrets.token_bytes(32)
        task = {"key": key.hex(), "roots": [f"{_WORK}/src", _WORK], "newcomers": newcomers}
        sown = self._bench.scratch_dir / f"sentinels-{secrets.token_hex(8)}"
        try:
            await asyncio.to_thread(sentinels.plant, sown)
            result = await self._bench.sandbox.run(
                self._command(world, suite, sentinels=sentinels, sown=sown, task=task)
            )
        finally:
            await asyncio.to_thread(shutil.rmtree, sown, ignore_errors=True)
        if b"No module named 'pytest'" in result.output and not result.report:
            raise UserError(
                f"pytest is not installed for {self._bench.interpreter}",
                remedy="Install it there, or name the project's interpreter as `python` under [judge].",
            )
        return read_measurement(result, key=key, sentinels=sentinels)

    def _command(
        self, world: Path, suite: Suite, *, sentinels: Sentinels, sown: Path, task: Mapping[str, object]
    ) -> Command:
        inside = f"{_OURS}/{secrets.token_hex(8)}"
        first, last = (f"{inside}/{name}" for name in sentinels.files)
        return Command(
            argv=(str(self._bench.interpreter), "-s", "-B", _SCRIPT, *self._arguments(suite)),
            workspace=world,
            workspace_writable=self._settings.world_writable,
            mounts=(
                *self._bench.mounts,
                Mount(source=_REPORTER, target=_SCRIPT),
                Mount(source=sown, target=inside),
            ),
            env=_ENVIRONMENT,
            stdin=json.dumps({**task, "first": first, "last": last}).encode(),
            report=True,
            limits=Limits(
                wall_time_s=self._settings.wall_time_s,
                memory_bytes=self._settings.memory_mb * 2**20,
                output_bytes=_REPORT_BYTES,
            ),
        )

    def _arguments(self, suite: Suite) -> tuple[str, ...]:
        """Return pytest's arguments; they come after the configuration's own and win over them."""
        config = f"{_WORK}/{suite.config}" if suite.config else "/dev/null"
        plugins = [part for plugin in self._settings.plugins for part in ("-p", plugin)]
        one_process = ["-n", "0"] if any(plugin.startswith("xdist") for plugin in self._settings.plugins) else []
        return (
            *("-c", config, "--rootdir", _WORK, "--confcutdir", _WORK, "-p", "no:cacheprovider"),
            *plugins,
            *one_process,
            # Every result counts, so neither a failure nor a broken file may end the run early.
            *("--maxfail=0", "--continue-on-collection-errors", "-q", "--no-header", "--no-summary"),
            *self._settings.test_paths,
        )
