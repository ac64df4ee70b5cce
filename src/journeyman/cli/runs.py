"""`journeyman runs`: list, show and watch runs; deliver what was accepted in one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from journeyman.cli.deliver import deliver
from journeyman.cli.replay import export_recording, replay
from journeyman.domain.errors import UserError
from journeyman.domain.event import CandidateProposed, Record
from journeyman.ports.events import EventLog
from journeyman.settings import load_settings

_T = TypeVar("_T")


@click.group()
def runs() -> None:
    """List, show and watch runs."""


@runs.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
def list_runs(*, limit: int, as_json: bool) -> None:
    """List runs, newest first."""
    from journeyman.cli.output import json_out, plain
    from journeyman.eventlog.views import RunView, fold

    async def views(log: EventLog) -> list[RunView]:
        return [fold(await log.records(run)) for run in (await log.runs())[:limit]]

    found = _with_log(views)
    if as_json:
        json_out([plain(view) for view in found])
        return
    if not found:
        click.echo("No runs yet. Start one with: journeyman run SPEC")
    for view in found:
        click.echo(f"{view.run}  {view.state:<10}  {view.attempts:>3} attempts  {view.title}")


@runs.command()
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.option("--diff", is_flag=True, help="Print the diff of each candidate too.")
def show(run: str, *, as_json: bool, diff: bool) -> None:
    """Show what happened in RUN: context, attempts, findings, cost, outcome."""
    from journeyman.cli.output import json_out, plain
    from journeyman.cli.show import show_run
    from journeyman.eventlog.views import fold

    async def gather(log: EventLog) -> tuple[tuple[Record, ...], dict[str, str]]:
        records = await _records(log, run)
        digests = {record.event.diff_body for record in records if isinstance(record.event, CandidateProposed)}
        bodies = {digest: await log.body(digest) for digest in digests if diff and digest}
        return records, {digest: (body or b"").decode("utf-8", "replace") for digest, body in bodies.items()}

    records, diffs = _with_log(gather)
    if as_json:
        json_out(plain(fold(records)))
    else:
        show_run(records, diffs)


runs.add_command(deliver)


@runs.command()
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print every event as a line of JSON.")
def watch(run: str, *, as_json: bool) -> None:
    """Follow RUN until it ends."""
    from journeyman.cli.output import json_line
    from journeyman.cli.progress import lines_of

    async def follow(log: EventLog) -> None:
        await _records(log, run)
        async for record in log.tail(run):
            for line in [json_line(record)] if as_json else lines_of(record):
                click.echo(line)

    _with_log(follow)


runs.add_command(replay)
runs.add_command(export_recording)


async def _records(log: EventLog, run: str) -> tuple[Record, ...]:
    records = await log.records(run)
    if not records:
        raise UserError(f"there is no run `{run}`", remedy="See `journeyman runs list`.")
    return records


def _with_log(use: Callable[[EventLog], Awaitable[_T]]) -> _T:
    from journeyman.assembly import open_event_log

    async def opened() -> _T:
        async with open_event_log(load_settings()) as log:
            return await use(log)

    return asyncio.run(opened())
