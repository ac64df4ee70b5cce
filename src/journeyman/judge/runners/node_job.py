"""One run of a Node test tool: our script, the project's packages, sentinels of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.domain.command import CommandResult
from journeyman.domain.errors import UserError
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.python_job import OURS, WORK, Start, place_of, run_between
from journeyman.judge.runners.runner import Workbench
from journeyman.judge.sentinel import Seed, draw
from journeyman.judge.suite import Suite

_ENVIRONMENT = (
    ("CI", "true"),  # no snapshot is written, nothing waits for a key
    ("FORCE_COLOR", "0"),
    ("NO_UPDATE_NOTIFIER", "1"),
    ("NODE_ENV", "test"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeJob:
    """What differs between the tools."""

    script: str
    """File of `judge/inside/node` that starts the tool."""
    seed: Seed
    package: str = ""
    """What must be installed; empty for what comes with Node."""
    everywhere: bool = True
    """Each test file runs the sentinels; otherwise they run before and behind the suite."""
    task: Mapping[str, object] = field(default_factory=dict)


async def run_node(job: NodeJob, bench: Workbench, world: Path, suite: Suite) -> Measurement:
    """Run a suite once in a world that is shown to it at `/work`.

    Raises:
        UserError: Node is not there, or the tool is not installed for the project.
    """
    node = bench.toolchains.find("node", root=suite.root)
    if node is None:
        raise UserError("Node.js is needed for the project's tests", remedy="Install `node` where Journeyman runs.")
    sentinels = draw(job.seed, files=1 if job.everywhere else 2, everywhere=job.everywhere)
    task = {**job.task, "root": place_of(suite), "config": f"{WORK}/{suite.config}" if suite.config else ""}
    start = Start(
        argv=(node.executable, f"{OURS}/inside/node/{job.script}"),
        mounts=node.mounts,
        env=(*_ENVIRONMENT, *node.env),
        task=task,
    )
    result, measurement = await run_between(sentinels, start, bench, world)
    _must_be_installed(job.package, result)
    return measurement


def _must_be_installed(package: str, result: CommandResult) -> None:
    missing = (f"Cannot find module '{package}", f"Cannot find package '{package}'")
    if package and not result.report and any(text.encode() in result.output for text in missing):
        raise UserError(
            f"{package} is not installed for the project",
            remedy="Install its packages (npm ci), so that node_modules holds what the lock file names.",
        )
