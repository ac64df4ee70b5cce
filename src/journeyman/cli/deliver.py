"""`journeyman deliver RUN`: publish what the judge accepted in a run, once, however often it is asked for."""

import asyncio
from pathlib import Path

import click

from journeyman.cli.exit_codes import ExitCode


@click.command(short_help="Publish what the judge accepted in a run: a branch and a pull request.")
@click.argument("run")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
@click.option("--forge", default="", help="Where to, e.g. github:OWNER/REPO or local:. [default: from journeyman.toml]")
@click.option("--as-pinned", is_flag=True, help="Deliver what was asked for then, though the spec was edited since.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def deliver(ctx: click.Context, /, run: str, repo: Path, forge: str, *, as_pinned: bool, as_json: bool) -> None:
    """Publish what the judge accepted in RUN; doing it twice, or after a crash, changes nothing twice.

    The log must verify, and say that the very tree was accepted for this spec on this base. The forge's settings are
    those of the run's base commit.

    Exit codes: 0 delivered, 2 what is there does not fit, 21 a person must decide, 22 the log does not verify,
    70 the forge did not answer.
    """
    from journeyman.cli.output import json_out, plain

    async def land() -> int:
        from journeyman.assembly import engine_for, open_desk, open_event_log, open_project
        from journeyman.eventlog.verify import audit
        from journeyman.settings import load_settings

        async with open_event_log(load_settings()) as log:
            if flaws := (await audit(log, run)).flaws:
                click.secho(f"The log of {run} does not verify: {flaws[0].reason}", fg="red", err=True)
                return ExitCode.COMPROMISED
            engine = engine_for(await open_project(repo, base="HEAD"), log)
            project = await open_project(repo, base=(await engine.proposed(run)).base)
            async with open_desk(project, log, run, forge=forge) as desk:
                delivery = await engine_for(project, log).deliver(run, desk, as_pinned=as_pinned)
        if as_json:
            json_out(plain(delivery))
            return ExitCode.DELIVERED
        state = "was there already" if delivery.already_there else "made"
        click.echo(f"{delivery.branch} {state} ({delivery.commit[:12]}); pull request {delivery.pull_request}")
        for note in delivery.notes:
            click.echo(f"Note: {note}", err=True)
        return ExitCode.DELIVERED

    ctx.exit(asyncio.run(land()))
