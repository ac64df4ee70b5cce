"""`journeyman doctor`: what is missing on this machine, and how to mend it."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from journeyman.cli.exit_codes import ExitCode


@click.command(short_help="Say what is missing and how to mend it.")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.pass_context
def doctor(ctx: click.Context, /, repo: Path, *, as_json: bool) -> None:
    """Really try each thing a run needs; exit 0 when all of them work, 2 when not."""
    from journeyman.cli.checkup import checkup
    from journeyman.cli.output import json_out

    found = asyncio.run(checkup(repo))
    if as_json:
        json_out([asdict(item) for item in found])
    else:
        marks = {"ok": ("ok", "green"), "weak": ("weak", "yellow"), "missing": ("MISSING", "red")}
        for item in found:
            word, colour = marks[item.state]
            click.echo(f"{click.style(f'{word:>8}', fg=colour)}  {item.name}: {item.detail}")
            if item.remedy:
                click.echo(f"          {item.remedy}")
    ctx.exit(ExitCode.USAGE if any(item.state == "missing" for item in found) else 0)
