"""`journeyman ci`: start, hear and repair the CI of a delivered run; deploy what a person merged."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journeyman.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from journeyman.domain.ci import CiReport
    from journeyman.pipeline.ci_desk import CiDesk
    from journeyman.settings import Settings

_repo = click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_again = click.option("--again", is_flag=True, help="Start it although it was started before.")


@click.group()
def ci() -> None:
    """Start, hear and repair the CI of a delivered run; deploy what a person merged."""


@ci.command()
@click.argument("run")
@_repo
@click.option("--wait", "wait_s", default=0.0, type=click.FloatRange(0), help="Poll so many seconds for an end.")
@_json
@click.pass_context
def status(ctx: click.Context, /, run: str, repo: Path, wait_s: float, *, as_json: bool) -> None:
    """Say what CI says of the commit that RUN delivered.

    Exit codes: 0 passed, 25 failed, 26 nothing final yet, 2 usage, 70 the forge did not answer.
    """
    from journeyman.cli.output import json_out, plain

    async def work(desk: "CiDesk", _settings: "Settings") -> int:
        from journeyman.cli.ci_poll import heard_within

        report = await heard_within(desk, wait_s)
        if as_json:
            json_out({"state": report.state.value, "commit": report.commit, "jobs": plain(report.jobs)})
        else:
            _show(report)
        return _code(report)

    ctx.exit(_at_desk(run, repo, work))


@ci.command()
@click.argument("run")
@click.argument("pipeline", default="")
@_repo
@_again
@_json
@click.pass_context
def trigger(ctx: click.Context, /, run: str, pipeline: str, repo: Path, *, again: bool, as_json: bool) -> None:
    """Start PIPELINE for the branch that RUN delivered, once.

    PIPELINE is workflow:FILE or event:TYPE (GitHub), pipeline (GitLab) or an https address that is told by a signed
    webhook; by default what [ci] trigger says.
    """

    async def work(desk: "CiDesk", settings: "Settings") -> int:
        from journeyman.assembly.pipelines import trigger_of

        wanted = trigger_of(pipeline or settings.ci.trigger, desk.of, ref=desk.of.branch, inputs={})
        return _started(await desk.start(wanted, again=again), as_json=as_json)

    ctx.exit(_at_desk(run, repo, work))


@ci.command()
@click.argument("run")
@click.argument("pipeline", default="")
@_repo
@_again
@_json
@click.pass_context
def deploy(ctx: click.Context, /, run: str, pipeline: str, repo: Path, *, again: bool, as_json: bool) -> None:
    """Start the deployment PIPELINE with the commit that a person merged of RUN's pull request, once.

    Never before it is merged, and never when something that is no person merged it (exit code 21). PIPELINE is as for
    `ci trigger`; by default what [ci] deploy says.
    """

    async def work(desk: "CiDesk", settings: "Settings") -> int:
        from journeyman.assembly.pipelines import trigger_of

        pull = await desk.merged()
        inputs = {"commit": pull.merged_commit, "merged_by": pull.merged_by}
        wanted = trigger_of(pipeline or settings.ci.deploy, desk.of, ref=desk.of.target, inputs=inputs)
        return _started(await desk.start(wanted, effect="deploy", again=again), as_json=as_json)

    ctx.exit(_at_desk(run, repo, work))


@ci.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; put TLS in front of it.")
@click.option("--port", default=8711, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
def listen(*, host: str, port: int) -> None:
    """Take signed webhooks about delivered runs into their logs: POST /github, /gitlab, /gitea, /jira or /standard.

    The secret shared with each sender is in JOURNEYMAN_GITHUB_WEBHOOK_SECRET and the like.
    """
    from journeyman.cli.ci_listen import listen as serve
    from journeyman.cli.progress import run_to_end

    run_to_end(serve(host, port))


@ci.command()
@click.argument("run")
@_repo
@click.option("--wait", "wait_s", default=0.0, type=click.FloatRange(0), help="Poll so many seconds for an end.")
@click.option("--model", help="scheme:name of the next round's model. [default: from journeyman.toml]")
@click.pass_context
def repair(ctx: click.Context, /, run: str, repo: Path, wait_s: float, model: str | None) -> None:
    """If CI failed on what RUN delivered, run its spec again with the failing jobs as evidence; twice at most.

    Then it is handed over to a person, with a report on standard output. Exit codes as of `run`; 0 also when CI passed,
    21 handed over, 26 nothing final yet.
    """
    from journeyman.cli.ci_repair import next_round
    from journeyman.cli.progress import run_to_end

    ctx.exit(run_to_end(next_round(run, repo, wait_s, model)))


def _code(report: "CiReport") -> int:
    from journeyman.domain.ci import CiState

    ended = {CiState.PASSED: ExitCode.DELIVERED, CiState.FAILED: ExitCode.CI_FAILED}
    return ended.get(report.state, ExitCode.CI_UNFINISHED)


def _show(report: "CiReport") -> None:
    from journeyman.eventlog.describe import one_line

    click.echo(f"CI of {report.commit[:12]}: {report.state.value}")
    for job in report.jobs:
        click.echo(one_line(f"  {job.state.value:<8} {job.name}  {job.url}"))


def _started(found: object, *, as_json: bool) -> int:
    from journeyman.cli.output import json_out, plain

    if as_json:
        json_out({"started": found is not None, "result": plain(found)})
    elif found is None:
        click.echo("Started before; nothing was done. Say --again to start it once more.")
    else:
        reference, url = getattr(found, "reference", ""), getattr(found, "url", "")
        click.echo(f"Started {reference} {url}".rstrip())
    return ExitCode.DELIVERED


def _at_desk(run: str, repo: Path, work: "Callable[[CiDesk, Settings], Awaitable[int]]") -> int:
    async def opened() -> int:
        from journeyman.assembly import open_event_log, open_project
        from journeyman.assembly.pipelines import open_ci_desk

        project = await open_project(repo, base="HEAD")
        async with (
            open_event_log(project.settings) as log,
            open_ci_desk(project.settings, log, run) as desk,
        ):
            return await work(desk, project.settings)

    return asyncio.run(opened())
