"""`journeyman model check`: one cheap call to each model, and what works."""

import asyncio
from typing import TYPE_CHECKING

import click

from journeyman.cli.exit_codes import ExitCode
from journeyman.domain.errors import UserError
from journeyman.settings import load_settings

if TYPE_CHECKING:
    from journeyman.adapters.models.checking import ModelCheck


@click.command()
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
def check(models: tuple[str, ...], *, as_json: bool) -> None:
    """Ask each MODEL (scheme:name) once; without one, a model of every provider whose key is in the environment.

    Ends with 0 if all of them answered, and with 70 if one did not. A call costs about thirty tokens.
    """
    from journeyman.adapters.models.checking import check_models, configured_models
    from journeyman.cli.output import json_out, plain

    settings = load_settings()
    asked = models or configured_models(settings)
    if not asked:
        raise UserError(
            "no key of a provider is in the environment",
            remedy="Put one there, e.g. ANTHROPIC_API_KEY, or name a model: journeyman model check local:NAME",
        )
    checks = asyncio.run(check_models(asked, settings))
    if as_json:
        json_out([plain(found) for found in checks])
    else:
        for found in checks:
            click.echo(_line(found))
    if not all(found.works for found in checks):
        raise click.exceptions.Exit(ExitCode.INTERNAL)


def _line(found: "ModelCheck") -> str:
    if not found.works:
        remedy = f"\n       {found.remedy}" if found.remedy else ""
        return f"fails  {found.locator}: {found.problem}{remedy}"
    cost = "price unknown" if found.cost_usd is None else f"${found.cost_usd:.6f}"
    tools = "calls tools" if found.calls_tools else "did not call the tool it was told to"
    return f"works  {found.locator}: {found.served_model}, {found.duration_s:.2f} s, {cost}, {tools}"
