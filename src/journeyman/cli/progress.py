"""Live progress: the event log, followed and told; a terminal gets colour and a clock, a pipe plain lines."""

import asyncio
import re
import signal
import sys
import time
from collections.abc import Callable, Coroutine

import click

from journeyman.domain.agent_events import ToolCalled
from journeyman.domain.event import (
    BaselineMeasured,
    CandidateProposed,
    CandidateVerified,
    ChangeDelivered,
    Event,
    ModelCalled,
    MoveChosen,
    Record,
    RunEnded,
)
from journeyman.domain.outcome import Abandoned, Accepted, Delivered, Escalated, Outcome, Planned
from journeyman.domain.run import Order
from journeyman.domain.usage import Usage
from journeyman.engine import Engine

Show = Callable[[Record], None]
_ATTEMPT = re.compile(r"lineage-(?P<lineage>\d+)/attempt-(?P<attempt>\d+)")


def run_to_end(work: Coroutine[object, object, int]) -> int:
    """Run a command's coroutine; SIGTERM ends it as cleanly as Ctrl-C does.

    Raises:
        Abort: it was ended by a signal.
    """

    async def guarded() -> int:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError as ended:
        raise click.exceptions.Abort from ended


async def follow_run(engine: Engine, order: Order, *, as_json: bool) -> Outcome:
    """Carry out an order while telling what happens; returns its outcome.

    Raises:
        JourneymanError: as the engine does; what was known by then has been told.
    """
    loop = asyncio.get_running_loop()
    run_id: asyncio.Future[str] = loop.create_future()
    working = asyncio.create_task(engine.run(order, started=run_id.set_result))
    telling = asyncio.create_task(_tell(engine, run_id, as_json=as_json))
    try:
        outcome = await working
        await telling
    finally:
        working.cancel()
        telling.cancel()
        await asyncio.gather(working, telling, return_exceptions=True)
    if not as_json:
        _conclude(outcome, run_id.result())
    return outcome


async def _tell(engine: Engine, run_id: asyncio.Future[str], *, as_json: bool) -> None:
    run = await run_id
    if as_json:
        from journeyman.cli.output import json_line

        async for record in engine.watch(run):
            click.echo(json_line(record))
    elif sys.stdout.isatty():
        await _tell_terminal(engine, run)
    else:
        async for record in engine.watch(run):
            for line in lines_of(record):
                click.echo(line)


async def _tell_terminal(engine: Engine, run: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    tally = Tally()
    with console.status(tally.text()) as status:
        clock = asyncio.create_task(_tick(lambda: status.update(tally.text())))
        try:
            async for record in engine.watch(run):
                tally.add(record.event)
                for line in lines_of(record):
                    console.print(line, style=_style(record.event), markup=False)
        finally:
            clock.cancel()


async def _tick(update: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(1)
        update()


class Tally:
    """What the status line counts."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()
        self._attempts = self._refused = self._calls = 0
        self._usage = Usage()

    def add(self, event: Event) -> None:
        """Count one event."""
        match event:
            case ModelCalled():
                self._usage += event.usage
            case ToolCalled():
                self._calls += 1
            case CandidateProposed():
                self._attempts += 1
                self._refused += bool(event.problems)
            case CandidateVerified():
                self._refused += event.verdict != "accepted"

    def text(self) -> str:
        """Return the status line."""
        from journeyman.eventlog.describe import price

        elapsed = time.monotonic() - self._began_s
        calls = f" · {self._calls} tool calls" if self._calls else ""
        spent = f"{self._usage.total_tokens:,} tokens, {price(self._usage.cost_usd)}"
        return f"{elapsed:.0f} s · {self._attempts} answers · {self._refused} refused{calls} · {spent}"


def lines_of(record: Record) -> list[str]:
    """Return what a person reads of one record; moves and commands stay in the log."""
    from journeyman.eventlog.describe import describe

    if isinstance(record.event, MoveChosen) and record.event.move in ("accept", "choose"):
        return []
    line = describe(record)
    if isinstance(record.event, ModelCalled | ToolCalled) and (found := _ATTEMPT.search(record.key)):
        line = f"{found['lineage']}.{found['attempt']} {line}"
    return [line] if line and record.event.kind != "command-ran" else []


def _style(event: Event) -> str:
    match event:
        case CandidateVerified(verdict="accepted") | ChangeDelivered() | RunEnded(outcome="delivered" | "accepted"):
            return "green"
        case CandidateVerified(verdict="compromised") | RunEnded(outcome="escalated"):
            return "red"
        case CandidateVerified() | RunEnded():
            return "yellow"
        case BaselineMeasured() | ModelCalled() | MoveChosen() | ToolCalled(failed=False):
            return "dim"
    return ""


def _conclude(outcome: Outcome, run: str) -> None:
    click.echo()
    match outcome:
        case Delivered():
            delivery = outcome.delivery
            state = "already there" if delivery.already_there else "delivered"
            click.secho(f"Accepted by the judge and {state}.", fg="green", bold=True)
            click.echo(f"  branch        {delivery.branch}  ({delivery.commit[:12]})")
            click.echo(f"  pull request  {delivery.pull_request}")
            click.echo(f"  review it     git diff {delivery.commit[:12]}^ {delivery.commit[:12]}")
        case Accepted():
            click.secho("Accepted by the judge; not delivered, as asked.", fg="green", bold=True)
            click.echo(f"  deliver it    journeyman deliver {run}")
        case Escalated():
            click.secho(f"A person must decide: {outcome.reason}", fg="red", bold=True)
            for finding in outcome.findings[:10]:
                click.echo(f"  {finding.rule}: {finding.path} {finding.reason}")
        case Planned():
            click.echo(outcome.plan)
            click.echo()
        case Abandoned():
            click.secho(f"Given up: {outcome.reason}", fg="yellow", bold=True)
    click.echo(f"  what happened journeyman runs show {run}")
    click.echo(f"  prove the log journeyman log verify {run}")
