"""One run, told on a page: what was asked, seen, tried, found and spent."""

from collections.abc import Mapping, Sequence

import click

from journeyman.domain.event import CandidateProposed, Record
from journeyman.eventlog.describe import describe, one_line
from journeyman.eventlog.views import RunView, fold


def show_run(records: Sequence[Record], diffs: Mapping[str, str]) -> None:
    """Print a run; `diffs` (by digest) are printed below the candidates they belong to."""
    view = fold(records)
    click.secho(f"{view.run}  {view.title}", bold=True)
    usage = view.usage
    cost = "price unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    rows = {
        "state": f"{view.state} {view.reason}".strip(),
        "base": f"{view.base[:12]} ({view.base_ref})",
        "model": f"{view.model}, served {', '.join(view.served_models) or 'never'}",
        "attempts": str(view.attempts),
        "tokens": f"{usage.input_tokens:,} in ({usage.cached_tokens:,} cached), {usage.output_tokens:,} out",
        "cost": cost,
        "time": f"{view.elapsed_s:.0f} s",
        "branch": f"{view.branch} {view.commit[:12]}".strip(),
    }
    for name, value in rows.items():
        if value:
            click.echo(f"  {name:<10}{value}")
    _show_traced(view)
    click.echo()
    for record in records:
        if line := describe(record):
            click.echo(f"  {record.sequence:>4}  {record.at[11:19]}  {line}")
        if isinstance(record.event, CandidateProposed) and (diff := diffs.get(record.event.diff_body)):
            click.echo(_safe(diff))


def _show_traced(view: RunView) -> None:
    """Print each criterion with the tests that show it; what nothing shows is said."""
    if view.traced:
        click.secho("\n  criteria", bold=True)
    for item in view.traced:
        colour = "green" if item.standing == "demonstrated" else "yellow"
        click.echo(f"    {one_line(item.criterion)}: {one_line(' '.join(item.text.split()))}")
        click.echo(
            f"      {click.style(item.standing, fg=colour)}  {one_line(', '.join((*item.tests, *item.lines)))}".rstrip()
        )
    if view.traced and view.changed_lines:
        click.echo(f"    changed lines: {one_line(', '.join(view.changed_lines))}")


def _safe(text: str) -> str:
    """Keep what a model wrote from driving the terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)
