"""`journeyman log`: prove that the event log of a run is whole."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journeyman.cli.exit_codes import ExitCode
from journeyman.domain.errors import UserError
from journeyman.settings import load_settings

if TYPE_CHECKING:
    from journeyman.eventlog.verify import Integrity


@click.group()
def log() -> None:
    """Prove the event log of a run."""


@log.command()
@click.argument("run")
@click.option("--repo", type=click.Path(path_type=Path), help="Where RUN was delivered: compare with its commit.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.pass_context
def verify(ctx: click.Context, /, run: str, repo: Path | None, *, as_json: bool) -> None:
    """Check every record, link and body of RUN; exit 0 when whole, 22 when not.

    A log alone cannot show that its end was cut off or that all of it was rewritten. With --repo it
    is compared with what the delivered commit remembers.
    """
    from journeyman.cli.output import json_out, plain

    integrity = asyncio.run(_audit(run, repo))
    if as_json:
        json_out({"intact": integrity.intact, "result": plain(integrity)})
    else:
        _print(integrity, anchored=repo is not None)
    ctx.exit(0 if integrity.intact else ExitCode.COMPROMISED)


@log.command()
@click.argument("run")
def export(run: str) -> None:
    """Print RUN as JSON lines, one sealed record each."""
    asyncio.run(_export(run))


async def _export(run: str) -> None:
    from journeyman.assembly import open_event_log
    from journeyman.eventlog.export import export as export_run

    async with open_event_log(load_settings()) as events:
        async for line in export_run(events, run):
            click.echo(line)


async def _audit(run: str, repo: Path | None) -> "Integrity":
    from journeyman.assembly import delivered_message, open_event_log
    from journeyman.eventlog.chain import find_anchor
    from journeyman.eventlog.verify import audit

    anchor = None
    if repo is not None:
        anchor = find_anchor(await delivered_message(repo, run))
        if anchor is None:
            raise UserError(f"the commit on journeyman/{run} has no Journeyman-Log trailer", remedy="Leave out --repo.")
    async with open_event_log(load_settings()) as events:
        return await audit(events, run, anchor=anchor)


def _print(integrity: "Integrity", *, anchored: bool) -> None:
    for flaw in integrity.flaws:
        click.secho(f"{flaw.damage.value}: {flaw.reason}", fg="red")
    state = click.style("intact", fg="green") if integrity.intact else click.style("NOT intact", fg="red", bold=True)
    erased = f", {len(integrity.erased)} erased on purpose" if integrity.erased else ""
    click.echo(f"{integrity.run}: {state}, {integrity.records} records, {integrity.bodies} bodies compared{erased}")
    if not anchored:
        click.echo("Compare with the delivered commit too: --repo DIR")
