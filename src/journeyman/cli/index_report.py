"""What `journeyman index` prints: progress on the way, then a summary or the hits."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from journeyman.cli.output import json_out, plain

if TYPE_CHECKING:
    from journeyman.assembly import Project
    from journeyman.domain.context import Query
    from journeyman.retrieval import CodebaseIndex, Hit

_SHOWN_LINES = 6
_EVERY = 1_000_000


async def build_report(project: "Project", index: "CodebaseIndex", *, as_json: bool) -> None:
    """Build with progress on standard error, and say what was done."""
    built = await index.build(project.base, progress=_show_progress)
    if as_json:
        json_out({"commit": project.base.commit, "tree": project.base.tree, **_plain(built)})
        return
    known = built.files - built.cut
    click.echo(
        f"{project.base.commit[:12]}: {built.files:,} files, {built.chunks:,} chunks in {built.elapsed_s:.2f} s "
        f"({built.cut:,} files read, {max(known, 0):,} known)"
    )


async def status_report(project: "Project", index: "CodebaseIndex", *, as_json: bool) -> None:
    """Say what is on disk, and whether this commit is searchable without a build."""
    state = await index.status(project.base)
    if as_json:
        json_out({"commit": project.base.commit, "tree": project.base.tree, **_plain(state)})
        return
    click.echo(f"commit      {project.base.commit[:12]} ({project.base.ref})")
    click.echo(f"indexed     {'yes' if state.built else 'no: `journeyman index build`, or the first search, does it'}")
    if state.built:
        click.echo(f"holds       {state.files:,} files, {state.chunks:,} chunks")
    click.echo(f"known       {state.known_files:,} versions of files, {state.trees:,} trees")
    click.echo(f"embedder    {state.embedder or 'none: words, structure and history only'}")
    if state.vectors:
        click.echo(f"vectors     {state.vectors}")
    click.echo(f"kept in     {state.folder} ({state.size_bytes / 1e6:.1f} MB)")


async def search_report(
    project: "Project", index: "CodebaseIndex", query: "Query", *, explain: bool, as_json: bool
) -> None:
    """Print the hits, best first."""
    if not await index.is_built(project.base):
        await index.build(project.base, progress=_show_progress)
    hits = await index.explain(project.base, query)
    if as_json:
        found = [_hit_out(hit, explain=explain) for hit in hits]
        json_out({"commit": project.base.commit, "tree": project.base.tree, "query": query.text, "hits": found})
        return
    if not hits:
        click.echo(f"Nothing in {project.base.commit[:12]} matches these words.", err=True)
    _print(hits, explain=explain)


async def bench_report(project: "Project", *, most: int, as_json: bool) -> None:
    """Measure in a throw-away folder and print the figures."""
    from journeyman.retrieval.opening import open_meaning
    from journeyman.retrieval.rehearsal import rehearse

    async with open_meaning(project.settings, vectors="memory:") as meaning:
        found = await rehearse(project.repository, project.base, meaning=meaning, most=most)
    if as_json:
        json_out({"commit": project.base.commit, **_plain(found)})
        return
    click.echo(f"build       {found.files:,} files, {found.chunks:,} chunks in {found.build_s:.2f} s")
    click.echo(f"refresh     {found.refresh_s:.2f} s after ten files changed")
    click.echo(f"query       {found.query_p50_ms:.1f} ms at the median, {found.query_p95_ms:.1f} ms at 95 %")
    if not found.queries:
        click.echo("found       no past commit fits: too little history, or messages that say too little")
        return
    click.echo(f"found       of the files that {found.queries} past commits changed, asked by their messages alone:")
    click.echo(f"            {found.first:.0%} first, {found.first_five:.0%} in five, {found.first_ten:.0%} in ten")
    click.echo(f"            mean reciprocal rank of the first {found.reciprocal_rank:.3f}")


async def symbol_report(project: "Project", index: "CodebaseIndex", name: str, *, uses: bool, as_json: bool) -> None:
    """Print where a name is defined, or each line that uses it."""
    found = await (index.references if uses else index.symbols)(project.base, name, limit=_EVERY)
    if as_json:
        json_out({"commit": project.base.commit, "tree": project.base.tree, "name": name, "found": plain(found)})
        return
    if not found:
        click.echo(f"Nothing in {project.base.commit[:12]} {'uses' if uses else 'defines'} {safe(name)}.", err=True)
    for snippet in found:
        place = click.style(f"{safe(snippet.path)}:{snippet.start_line}", fg="cyan")
        line = snippet.text.strip().split("\n")[0]
        click.echo(f"{place}  {click.style(safe(snippet.symbol), bold=True)}  {safe(line)[:110]}")


def _hit_out(hit: "Hit", *, explain: bool) -> dict[str, object]:
    shown = _plain(hit.snippet) | hit.groups
    return shown | {"why": hit.why} if explain else shown


def _print(hits: Sequence["Hit"], *, explain: bool) -> None:
    for hit in hits:
        snippet = hit.snippet
        place = click.style(f"{safe(snippet.path)}:{snippet.start_line}-{snippet.end_line}", fg="cyan")
        click.echo(f"{snippet.score:6.3f}  {place}  {click.style(safe(snippet.symbol), bold=True)}")
        if explain:
            groups = "  ".join(f"{name} {share:+.3f}" for name, share in hit.groups.items())
            parts = ", ".join(f"{name} {share:+.3f}" for name, share in hit.why.items())
            click.echo(f"        {groups}   ({parts})")
        for line in snippet.text.split("\n")[:_SHOWN_LINES] if explain else ():
            click.secho(f"        {safe(line)[:110]}", dim=True)


def safe(text: str) -> str:
    """Keep what is in a repository from driving the terminal."""
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in text)


def _show_progress(done: int, total: int) -> None:
    if not total or not sys.stderr.isatty():
        return
    click.echo(f"\r{done:,} of {total:,} files", err=True, nl=done == total)


def _plain(noun: object) -> dict[str, object]:
    fields = plain(noun)
    assert isinstance(fields, dict)  # noqa: S101 # a dataclass
    return fields
