"""Any command that leaves a report: the weakest runner, for tools that have none of their own here.

The base's tests and configuration are used, and every test must end as it did; but nothing of ours runs beside
the tests, so a product that writes the report itself is not found out.
"""

from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.domain.toolchain import Toolchain
from journeyman.domain.verification import TestResult
from journeyman.judge.languages.anything import Anything
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.courier import Journey, Step, send_out
from journeyman.judge.runners.python_job import WORK
from journeyman.judge.runners.reports import UnreadableReport, reader
from journeyman.judge.runners.runner import TreeView, Workbench
from journeyman.judge.suite import Suite

_COPY = "/tmp/work"  # noqa: S108 # inside: reports are written into the tree


class CommandRunner:
    """Fills `Runner` by `[judge] command`, `report` and `format`."""

    name = "command"
    tool = None
    language = Anything()
    wants: tuple[str, ...] = ()

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def detect(self, view: TreeView) -> tuple[Suite, ...]:
        """Return one suite when a command is set; its tests are where `test_paths` says, beside the usual names."""
        if not view.settings.command:
            return ()
        names = frozenset({"test", "tests", "spec", "testdata", "fixtures", "golden", "__snapshots__"})
        return (Suite(folders=view.settings.test_paths, folder_names=names, config_patterns=()),)

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the command once in a copy of the world and read its report; see `Runner.measure`."""
        del newcomers
        settings = self._bench.settings
        read = reader(settings.format)
        if not settings.command:
            raise UserError("[judge] command is empty", remedy='Write it as a list: command = ["make", "check"].')
        root = f"{_COPY}/{suite.root}" if suite.root else _COPY
        tool = self._bench.toolchains.find(settings.command[0]) or Toolchain(executable=settings.command[0])
        argv = (tool.executable, *settings.command[1:])
        files = (f"{root}/{settings.report}",) if settings.report else ()
        step = Step(argv=argv, cwd=root, loud=bool(settings.report))
        carried = await send_out(
            Journey(steps=(step,), tool=tool, files=files, copy=(WORK, _COPY), builds=True), self._bench, world
        )
        texts = list(carried.files.values()) if settings.report else ["\n".join(s.lines) for s in carried.steps]
        results: list[TestResult] = []
        for text in texts:
            try:
                results += read(text)
            except UnreadableReport as error:
                return carried.measured((), None).broken(f"the report cannot be read: {error}")
        if not texts or not results:
            return carried.measured((), None).broken("the command left no report with a test in it")
        return carried.measured(tuple(results), None)
