"""`journeyman index`: build, search and measure the index of a codebase."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journeyman.domain.context import Query
from journeyman.domain.errors import UserError

if TYPE_CHECKING:
    from journeyman.assembly import Project
    from journeyman.retrieval import CodebaseIndex

    Work = Callable[[Project, CodebaseIndex], Coroutine[None, None, None]]

_REPO = click.option(
    "--repo", type=click.Path(path_type=Path), default=Path(), help="A directory in the repository; here by default."
)
_REV = click.option("--rev", default="HEAD", show_default=True, help="Any name of a commit.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")


@click.group()
def index() -> None:
    """Build, search and measure the index of a codebase.

    An index belongs to a commit, never to a working directory; what changed between two commits is all
    that is ever read again.
    """


@index.command()
@_REPO
@_REV
@_JSON
def build(repo: Path, rev: str, *, as_json: bool) -> None:
    """Make a commit searchable now, instead of at the first search."""
    from journeyman.cli.index_report import build_report

    _with_index(repo, rev, lambda project, index: build_report(project, index, as_json=as_json))


@index.command()
@_REPO
@_REV
@_JSON
def status(repo: Path, rev: str, *, as_json: bool) -> None:
    """Say what is indexed and where it is kept."""
    from journeyman.cli.index_report import status_report

    _with_index(repo, rev, lambda project, index: status_report(project, index, as_json=as_json))


@index.command()
@click.argument("words", nargs=-1, required=True)
@_REPO
@_REV
@click.option("--k", type=click.IntRange(1, 1000), default=10, show_default=True, help="Most hits.")
@click.option("--path", "paths", multiple=True, help="A file whose chunks come first; may be repeated.")
@click.option("--explain", is_flag=True, help="Say why each hit was found.")
@_JSON
def search(
    words: tuple[str, ...], repo: Path, rev: str, k: int, paths: tuple[str, ...], *, explain: bool, as_json: bool
) -> None:
    """Find the code that WORDS are about; `-` reads them from standard input.

    Words may be a question, a commit message, a whole spec or a name.
    """
    from journeyman.cli.index_report import search_report

    text = sys.stdin.read() if words == ("-",) else " ".join(words)
    if not text.strip():
        raise UserError("there is nothing to search for", remedy="Give words, a name or a question.")
    query = Query(text=text, paths=paths, limit=k)

    _with_index(
        repo, rev, lambda project, index: search_report(project, index, query, explain=explain, as_json=as_json)
    )


@index.command()
@click.argument("name")
@_REPO
@_REV
@click.option("--uses", is_flag=True, help="The lines that use it instead.")
@_JSON
def symbol(name: str, repo: Path, rev: str, *, uses: bool, as_json: bool) -> None:
    """Find where NAME is defined, or used."""
    from journeyman.cli.index_report import symbol_report

    _with_index(repo, rev, lambda project, index: symbol_report(project, index, name, uses=uses, as_json=as_json))


@index.command()
@_REPO
@_REV
@click.option(
    "--n", type=click.IntRange(1, 1000), default=50, show_default=True, help="Most past commits to ask about."
)
@_JSON
def bench(repo: Path, rev: str, n: int, *, as_json: bool) -> None:
    """Measure the index here: speed, and whether it would have found what past commits changed."""
    from journeyman.cli.index_report import bench_report

    _with_index(repo, rev, lambda project, _index: bench_report(project, most=n, as_json=as_json))


def _with_index(repo: Path, rev: str, work: "Work") -> None:
    asyncio.run(_run(repo, rev, work))


async def _run(repo: Path, rev: str, work: "Work") -> None:
    from journeyman.assembly import open_project
    from journeyman.retrieval.opening import open_index

    project = await open_project(repo, base=rev)
    async with open_index(project.repository, project.path, project.settings) as opened:
        await work(project, opened)
