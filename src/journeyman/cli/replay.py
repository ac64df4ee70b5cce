"""`journeyman runs replay` and `export-recording`: a run once more, without a model, a key or a cost."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journeyman.cli.exit_codes import ExitCode
from journeyman.settings import load_settings

if TYPE_CHECKING:
    from journeyman.assembly import Replayed


@click.command()
@click.argument("run")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.pass_context
def replay(ctx: click.Context, /, run: str, repo: Path, *, as_json: bool) -> None:
    """Go through RUN again with its recorded answers: no model is asked, nothing is delivered.

    Exit codes: 0 it ended alike, 22 it did not, 2 the log does not hold all of it.
    """
    from journeyman.assembly import open_event_log, replay_run
    from journeyman.cli.output import json_out, plain

    async def replayed() -> "Replayed":
        async with open_event_log(load_settings()) as log:
            return await replay_run(repo, log, run)

    came = asyncio.run(replayed())
    if as_json:
        json_out({"same": came.same, "replay": plain(came)})
    else:
        _tell(came)
    ctx.exit(ExitCode.DELIVERED if came.same else ExitCode.COMPROMISED)


def _tell(came: "Replayed") -> None:
    left = f", {came.left} were not asked for" if came.left else ""
    click.echo(f"{came.given} recorded answers were given again{left}; no model was asked.")
    if came.divergence is not None:
        where = f"record {came.divergence.sequence} of the log, step {came.divergence.step}"
        click.secho(f"The first prompt that differs: `{came.divergence.prompt_name}`, {where}", fg="red")
        for line in came.divergence.lines:
            click.echo(f"  {line}")
    word = "The same outcome" if came.same else "Another outcome"
    now = f"{came.outcome_now} {came.tree_now[:12]}".rstrip()
    click.secho(
        f"{word}: {came.outcome} {came.tree[:12]}".rstrip() + f", now {now}", fg="green" if came.same else "red"
    )


@click.command("export-recording")
@click.argument("run")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_recording(run: str, file: Path) -> None:
    """Write the exchanges of RUN to FILE, to be given again as the model `recorded:FILE`."""
    from journeyman.assembly import open_event_log
    from journeyman.eventlog.replay import recording_lines

    async def lines() -> tuple[str, ...]:
        async with open_event_log(load_settings()) as log:
            return await recording_lines(log, run)

    written = asyncio.run(lines())
    file.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    click.echo(f"{len(written)} answers written; use them with --model recorded:{file}")
