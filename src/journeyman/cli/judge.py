"""`journeyman judge`: judge what one commit changes of another, whoever wrote it."""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journeyman.cli.exit_codes import verdict_code
from journeyman.domain.spec import HeldOut
from journeyman.pipeline.judgement import Judgement

if TYPE_CHECKING:
    from journeyman.judge.environment import Environment


@click.command(short_help="Judge what one commit changes of another.")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
@click.option("--base", required=True, help="The commit that is trusted: its tests and configuration decide.")
@click.option("--head", required=True, help="The commit to judge; it rests on the base.")
@click.option("--must-pass", multiple=True, metavar="NODE_OR_PATH", help="A test of the base that must pass in head.")
@click.option("--held-out", multiple=True, type=click.Path(path_type=Path), help="A file of checks nobody was shown.")
@click.option("--waive", multiple=True, metavar="NODE_ID", help="A test that a person allows to change.")
@click.option("--human", is_flag=True, help="A person wrote head: changes of tests are shown and refuse nothing.")
@click.option("--driver", default="", help="Which sandbox; beats journeyman.toml.  [default: from there, else auto]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--sarif", type=click.Path(path_type=Path, dir_okay=False), help="Write findings as SARIF 2.1.0.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write tests and findings as JUnit XML.")
@click.pass_context
def judge(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    sarif: Path | None,
    junit: Path | None,
    **asked: object,
) -> None:
    """Rebuild the world of BASE, lay HEAD's product files over it, run the tests, and say what was found.

    The base's journeyman.toml rules. The same commits get the same verdict, byte for byte.

    Exit codes: 0 accepted, 2 usage, 20 rejected, 21 escalated to a person, 22 compromised, 70 internal.
    """
    from journeyman.cli.junit import junit_xml
    from journeyman.cli.output import json_out
    from journeyman.cli.progress import run_to_end
    from journeyman.cli.sarif import sarif_json
    from journeyman.cli.verdict import show_judgement, summary

    async def work() -> int:
        judgement = await _judge(**asked)  # type: ignore[arg-type] # click has checked the types
        if sarif:
            _write(sarif, sarif_json(judgement))
        if junit:
            _write(junit, junit_xml(judgement))
        if as_json:
            json_out(summary(judgement))
        else:
            show_judgement(judgement)
        return verdict_code(judgement.verdict)

    ctx.exit(run_to_end(work()))


async def _judge(
    *,
    repo: Path,
    base: str,
    head: str,
    must_pass: tuple[str, ...],
    held_out: tuple[Path, ...],
    waive: tuple[str, ...],
    human: bool,
    driver: str,
) -> Judgement:
    from journeyman.assembly import judge_of, open_project, open_sandbox, project_environment
    from journeyman.domain.verification import Ground
    from journeyman.pipeline.judgement import judge_commits

    project = await open_project(repo, base=base, driver=driver)
    for note in project.notes:
        click.echo(f"Note: {note}", err=True)
    ground = Ground(
        base=project.base,
        must_pass=must_pass,
        waivers=waive,
        held_out=tuple(map(_held_out, held_out)),
        expect_red=False,
        by_person=human,
    )
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(project.settings, stack)
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="journeyman-", ignore_cleanup_errors=True))
        environment = project_environment(project, sandbox, told=_tell)
        judge = judge_of(project, sandbox, Path(scratch), environment)
        return await judge_commits(ground, head, repository=project.repository, judge=judge)


def _held_out(path: Path) -> HeldOut:
    from journeyman.domain.errors import UserError
    from journeyman.judge.heldout.held_out import read_held_out

    try:
        return read_held_out(path.name, path.read_bytes())
    except OSError as error:
        raise UserError(
            f"the held-out file {path} cannot be read: {error.strerror}", remedy="Check the path."
        ) from error


async def _tell(environment: "Environment") -> None:
    for note in environment.notes:
        click.echo(f"Note: {note}", err=True)


def _write(path: Path, text: str) -> None:
    from journeyman.domain.errors import UserError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror}", remedy="Give a path in a folder that is there."
        ) from error
