"""`journeyman demo`: the main job on a bundled project, with a real model on this machine's own CPU."""

import shutil
import subprocess
import tempfile
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import click

from journeyman.cli.exit_codes import exit_code
from journeyman.domain.errors import UserError
from journeyman.domain.run import Order

_GIT = ("git", "-c", "user.name=Journeyman demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false")


@click.command(short_help="See it work on a bundled project.")
@click.option("--model", default="", help="scheme:name. [default: the local model]")
@click.option(
    "--into", type=click.Path(path_type=Path), help="Where to put the sample project. [default: a new directory]"
)
@click.option("--json", "as_json", is_flag=True, help="Print every event as a line of JSON.")
@click.pass_context
def demo(ctx: click.Context, /, model: str, into: Path | None, *, as_json: bool) -> None:
    """Carry a bundled spec to a judged commit. Nothing is scripted: the model writes the code."""
    project = lay_out_project(into)
    if not as_json:
        _introduce(project)
    from journeyman.cli.progress import run_to_end

    ctx.exit(run_to_end(_demo(project, model, as_json=as_json)))


async def _demo(project: Path, model: str, *, as_json: bool) -> int:
    from journeyman.assembly import engine_for, open_event_log, open_project, order_of
    from journeyman.cli.progress import follow_run

    opened = await open_project(project)
    spec = project.parent / "spec.md"
    order: Order = order_of(opened.settings, f"file:{spec}")
    order = replace(order, model=model or order.model)
    async with open_event_log(opened.settings) as log:
        outcome = await follow_run(engine_for(opened, log), order, as_json=as_json)
    if not as_json and exit_code(outcome) == 0:
        click.echo(f"  the project   cd {project} && git log --all --oneline")
    return exit_code(outcome)


def lay_out_project(into: Path | None) -> Path:
    """Copy the sample project, make it a repository with one commit and return its directory.

    Raises:
        UserError: the directory is in use, or git is missing.
    """
    place = into or Path(tempfile.mkdtemp(prefix="journeyman-demo-"))
    if place.exists() and any(place.iterdir()):
        raise UserError(f"{place} is not empty", remedy="Name a new directory: --into DIR.")
    with as_file(files("journeyman") / "examples" / "stockroom") as sample:
        shutil.copytree(sample, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    project = place / "project"
    try:
        for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Stockroom 1.3.0"]):
            subprocess.run([*_GIT, "-c", "core.hooksPath=/dev/null", *words], cwd=project, check=True)
    except FileNotFoundError as error:
        raise UserError("git is not installed", remedy="Install git with your system's package manager.") from error
    return project


def _introduce(project: Path) -> None:
    click.secho("A small shop's stock keeping, and a spec for what it lacks:", bold=True)
    spec = (project.parent / "spec.md").read_text("utf-8")
    for line in spec.split("## Acceptance")[0].strip().splitlines():
        click.echo(f"  {line}")
    click.echo(f"\nProject {project}, spec {project.parent / 'spec.md'}\n")
