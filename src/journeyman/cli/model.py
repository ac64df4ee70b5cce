"""`journeyman model`: whether models answer, and the local ones: what is here, getting one, serving one."""

import asyncio
import sys
import time
from typing import TYPE_CHECKING

import click

from journeyman.cli.model_check import check
from journeyman.settings import Settings, load_settings

if TYPE_CHECKING:
    from journeyman.adapters.models.catalog import LocalModel
    from journeyman.adapters.models.download import Progress, Report
    from journeyman.adapters.models.weights import Weights

_REPORT_EVERY_S = 5.0


@click.group()
def model() -> None:
    """Check models; list, fetch and serve local ones."""


model.add_command(check)


@model.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
def list_models(*, as_json: bool) -> None:
    """List the local models Journeyman knows, and whether they are here and whole."""
    from journeyman.adapters.models.catalog import MODELS
    from journeyman.adapters.models.weights import inspect_weights, weights_path
    from journeyman.cli.output import json_out

    cache_dir = load_settings().cache_dir
    found = [(known, inspect_weights(known, cache_dir).value) for known in MODELS]
    if as_json:
        json_out(
            [
                {
                    "name": known.name,
                    "locator": f"local:{known.name}",
                    "size_bytes": known.size_bytes,
                    "sha256": known.sha256,
                    "presence": presence,
                    "path": str(weights_path(known, cache_dir)),
                    "licence": known.licence,
                }
                for known, presence in found
            ]
        )
        return
    for known, presence in found:
        click.echo(f"local:{known.name:<20} {known.size_bytes / 1e6:>6,.0f} MB  {presence:<9}  {known.licence}")
    click.echo("Your own: local:/path/to/file.gguf")


@model.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document when it is here.")
def pull(name: str, *, as_json: bool) -> None:
    """Get the weights of NAME; an interrupted download goes on where it stopped."""
    from journeyman.adapters.models.catalog import find_model
    from journeyman.cli.output import json_out

    wanted = find_model(name.removeprefix("local:"))
    weights = _pull(wanted, load_settings(), quiet=as_json)
    if as_json:
        json_out({"name": wanted.name, "path": str(weights.path), "sha256": weights.sha256})
    else:
        click.echo(f"{wanted.name} is here: {weights.path} (SHA-256 {weights.sha256[:12]}… checked)")


@model.command()
@click.argument("name")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Loopback port; any free one by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the address and token as a JSON document.")
def serve(name: str, *, port: int, as_json: bool) -> None:
    """Serve NAME on 127.0.0.1 with an OpenAI-compatible interface until Ctrl-C.

    Without --port this is the server that runs use: while it is up, they need not load the model.
    """
    asyncio.run(_serve(name.removeprefix("local:"), load_settings(), port=port, as_json=as_json))


async def _serve(name: str, settings: Settings, *, port: int, as_json: bool) -> None:
    from journeyman.adapters.models.local import resolve_weights
    from journeyman.adapters.models.server import shared_server
    from journeyman.adapters.models.serving import plan_serving
    from journeyman.cli.output import json_out

    weights = await asyncio.to_thread(resolve_weights, name, settings)
    serving = plan_serving(weights, settings.model, port=port)
    async with shared_server(serving, settings) as server:
        if as_json:
            json_out({"base_url": server.base_url, "token": server.token, "model": serving.model_name})
        else:
            click.echo(f"{serving.model_name}, {serving.slots} requests at once, {serving.threads} threads")
            click.echo(f"base URL  {server.base_url}")
            click.echo(f"token     {server.token}")
            click.echo("Ctrl-C ends it.", err=True)
        await asyncio.Event().wait()


def _pull(wanted: "LocalModel", settings: Settings, *, quiet: bool) -> "Weights":
    from journeyman.adapters.models.pull import pull as fetch

    if quiet:
        return asyncio.run(fetch(wanted, settings, lambda _progress: None))
    if not sys.stderr.isatty():
        return asyncio.run(fetch(wanted, settings, _plain_report(wanted.name)))
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task(wanted.name, total=wanted.size_bytes)

        def report(progress: "Progress") -> None:
            bars.update(bar, completed=progress.done_bytes, description=f"{wanted.name} from the {progress.source}")

        return asyncio.run(fetch(wanted, settings, report))


def _plain_report(name: str) -> "Report":
    """Return a report that prints a line now and then, and one for the last byte."""
    said_at = 0.0

    def report(progress: "Progress") -> None:
        nonlocal said_at
        now = time.monotonic()
        if now - said_at >= _REPORT_EVERY_S or progress.done_bytes == progress.total_bytes:
            said_at = now
            done, total = progress.done_bytes / 1e6, progress.total_bytes / 1e6
            click.echo(f"{name} from the {progress.source}: {done:,.0f} of {total:,.0f} MB", err=True)

    return report
