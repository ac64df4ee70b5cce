"""`journeyman spec`: show what a spec says, check whether it is ready, take it into the repository."""

import asyncio
from pathlib import Path

import click

from journeyman.cli.exit_codes import ExitCode
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Level
from journeyman.domain.spec import Spec
from journeyman.ports.events import EventLog
from journeyman.settings import FILE_NAME, Settings, load_settings


@click.group()
def spec() -> None:
    """Show specs, check whether they are ready, take them into the repository."""


@spec.command()
@click.argument("locator")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
def show(locator: str, *, as_json: bool) -> None:
    """Show what is read from LOCATOR, where each item stands, and what nobody sees in it."""
    from journeyman.cli.output import json_out, plain
    from journeyman.cli.spec_report import show_spec

    found = _read(locator)
    if as_json:
        json_out({"digest": found.digest, "spec": plain(found)})
    else:
        show_spec(found)


@spec.command()
@click.argument("locator")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
@click.option("--strict", is_flag=True, help="Take every warning for an error.")
@click.option("--accept-author", is_flag=True, help="You have read it and answer for its author.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Print SARIF 2.1.0.")
@click.pass_context
def check(
    ctx: click.Context, /, locator: str, repo: Path, *, strict: bool, accept_author: bool, as_json: bool, as_sarif: bool
) -> None:
    """Say whether LOCATOR is ready for a run, and how to mend what is not.

    Exit codes: 0 ready, 2 cannot be read, 20 not ready.
    """
    from journeyman.cli.output import json_out, plain
    from journeyman.cli.spec_report import sarif_of, show_objections
    from journeyman.stages.ingest import Surroundings, objections_to, strictly

    found = _read(locator)
    surroundings = Surroundings(runners=_runners(repo), author_accepted=accept_author)
    objections = objections_to(found, surroundings)
    objections = strictly(objections) if strict else objections
    ready = not any(item.level is Level.ERROR for item in objections)
    if as_json:
        json_out({"ready": ready, "digest": found.digest, "objections": plain(objections)})
    elif as_sarif:
        click.echo(sarif_of(objections))
    else:
        show_objections(found, objections)
    ctx.exit(ExitCode.DELIVERED if ready else ExitCode.ABANDONED)


@spec.command("import")
@click.argument("locator")
@click.option(
    "--into", default="specs", show_default=True, type=click.Path(path_type=Path, file_okay=False), help="The folder."
)
@click.option("--force", is_flag=True, help="Write over a file that says something else.")
def import_(locator: str, into: Path, *, force: bool) -> None:
    """Write what is read from LOCATOR as a Markdown spec that `journeyman run` takes."""
    from journeyman.adapters.sources.markdown_text import file_name, markdown_of

    found = _read(locator)
    path = into / file_name(found)
    text = markdown_of(found)
    if path.exists() and not force and path.read_text("utf-8") != text:
        raise UserError(f"{path} says something else", remedy="Look at it, then use --force, or another --into.")
    into.mkdir(parents=True, exist_ok=True)
    for test in found.oracle_tests:
        target = into / "oracle" / test.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(test.content)
    path.write_text(text, "utf-8")
    click.echo(f"{path}  (from {found.source.locator}, digest {found.digest[:16]})")


@spec.command()
@click.argument("run")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
def answer(run: str, repo: Path) -> None:
    """Write back to the source of RUN's spec what became of it, as [write_back] in journeyman.toml asks.

    Doing it twice changes nothing.
    """
    from journeyman.assembly import open_event_log, open_project

    async def write_back() -> tuple[str, ...]:
        project = await open_project(repo, base="HEAD")
        if not project.settings.write_back.wanted:
            raise UserError(
                "[write_back] asks for nothing", remedy=f"Turn something on in {FILE_NAME}, e.g. comment = true."
            )
        async with open_event_log(project.settings) as log:
            return await answered(log, run, project.settings)

    for done in asyncio.run(write_back()):
        click.echo(done)


async def answered(log: EventLog, run: str, settings: Settings) -> tuple[str, ...]:
    """Write back what became of a run; returns what was done, in words."""
    from journeyman.assembly import answer_source
    from journeyman.eventlog.views import fold

    return await answer_source(fold(await log.records(run)), settings)


def _read(locator: str) -> Spec:
    from journeyman.assembly import read_spec

    return asyncio.run(read_spec(locator, load_settings()))


def _runners(repo: Path) -> tuple[str, ...] | None:
    """Return what would run the tests here; None where there is no repository to look at."""
    from journeyman.cli.detect import detect

    if not (repo / ".git").exists():
        return None
    settings = load_settings((repo / FILE_NAME).read_text("utf-8") if (repo / FILE_NAME).is_file() else "")
    if settings.judge.command or settings.judge.runner != "auto":
        return (settings.judge.runner,)
    try:
        return detect(repo).notes[:1]
    except UserError:
        return ()
