"""`journeyman run SPEC`: carry a spec to a reviewed pull request."""

from dataclasses import replace
from pathlib import Path

import click

from journeyman.cli.exit_codes import exit_code
from journeyman.domain.errors import JourneymanError, UserError
from journeyman.domain.outcome import Delivered, Planned
from journeyman.domain.run import Deliver, Order, Variety
from journeyman.domain.usage import Budget
from journeyman.ports.events import EventLog
from journeyman.ports.sandbox import Declaration
from journeyman.settings import Settings


@click.command(short_help="Carry a spec to a reviewed pull request.")
@click.argument("spec")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
@click.option("--base", default="", help="Commit or branch to start from. [default: what is checked out, if clean]")
@click.option("--model", help="scheme:name, e.g. local:qwen2.5-coder-1.5b. [default: from journeyman.toml]")
@click.option("--strategy", help="direct, agent, or auto, which goes by the model. [default: direct]")
@click.option("--plan", type=click.Path(path_type=Path), help="A plan to be followed; with --plan-only, where it goes.")
@click.option("--plan-only", is_flag=True, help="Write a plan, for you to change, and nothing else.")
@click.option("--models", help="Models of the lineages, in turn, with commas between them. [default: --model for all]")
@click.option("--reviewer", help="A second model that reads what was chosen, scheme:name. [default: none]")
@click.option("--candidates", type=click.IntRange(1, 64), help="Lineages. [default: 4]")
@click.option("--in-flight", type=click.IntRange(1, 64), help="Lineages that work at once. [default: 8]")
@click.option("--variety", type=click.Choice(list(Variety)), help="In what lineages differ. [default: sampling]")
@click.option("--repairs", type=click.IntRange(0, 20), help="Repairs in a row before starting afresh. [default: 1]")
@click.option(
    "--agreement", type=click.IntRange(1, 64), help="Accepted candidates of the same code that end it. [default: 1]"
)
@click.option("--budget-attempts", type=click.IntRange(1), help="Most attempts. [default: 24]")
@click.option("--budget-requests", type=click.IntRange(1), help="Most model calls. [default: no ceiling]")
@click.option("--budget-tokens", type=click.IntRange(1), help="Most tokens, in and out. [default: no ceiling]")
@click.option("--budget-usd", type=click.FloatRange(0), help="Most US dollars. [default: no ceiling]")
@click.option("--budget-seconds", type=click.FloatRange(1), help="Most wall time. [default: 1800]")
@click.option("--deliver", type=click.Choice([item.value for item in Deliver]), help="How far. [default: branch]")
@click.option("--driver", default="", help="Which sandbox; beats journeyman.toml.  [default: from there, else auto]")
@click.option("--seed", type=int, default=0, show_default=True, help="Where the sampling seeds start.")
@click.option("--accept-author", is_flag=True, help="You have read the spec and answer for its author.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as a line of JSON.")
@click.pass_context
def run(ctx: click.Context, /, spec: str, repo: Path, base: str, *, as_json: bool, **options: object) -> None:
    """Carry SPEC to a judged commit on a branch.

    SPEC is a path, `text:WORDS`, `test:NODE_ID`, a folder (`openspec:`, `speckit:`, `kiro:`), `gherkin:`, `openapi:`,
    an issue (`github:`, `gitlab:`, `gitea:`) or a ticket (`jira:`).

    Exit codes: 0 delivered, 2 usage, 20 abandoned, 21 escalated, 22 compromised, 23 budget spent, 70 internal.
    """
    from journeyman.cli.progress import run_to_end

    ctx.exit(run_to_end(_run(spec, repo, base, options, as_json=as_json)))


async def _run(spec: str, repo: Path, base: str, options: dict[str, object], *, as_json: bool) -> int:
    from journeyman.assembly import engine_for, open_event_log, open_project
    from journeyman.cli.progress import follow_run

    project = await open_project(repo, base=base, driver=str(options.pop("driver")))
    for note in project.notes:
        click.echo(f"Note: {note}", err=True)
    plan = options.pop("plan")
    order = with_plan(order_from(project.settings, spec, options), plan if isinstance(plan, Path) else None)
    async with open_event_log(project.settings) as log:
        engine = engine_for(project, log, tell=_tell)
        outcome = await follow_run(engine, order, as_json=as_json)
        if isinstance(outcome, Delivered) and project.settings.write_back.wanted:
            await _write_back(log, outcome.delivery.branch.removeprefix("journeyman/"), project.settings)
    if isinstance(outcome, Planned) and isinstance(plan, Path):
        plan.write_text(outcome.plan + "\n", "utf-8")
    return exit_code(outcome)


def with_plan(order: Order, path: Path | None) -> Order:
    """Return the order with the plan in a file, which must be there, or must not when a plan is all that is wanted.

    Raises:
        UserError: it is the other way round, or whoever is to do the work follows no plans.
    """
    if path is None:
        return order
    if order.plan_only:
        if path.exists():
            raise UserError(f"{path} is there already", remedy="Name a new file for the plan, or remove that one.")
        return order
    if order.strategy == "direct":
        raise UserError("the direct strategy follows no plan", remedy="Choose one that does: --strategy agent.")
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the plan {path} cannot be read: {error}", remedy="Give a text file.") from error
    if not text:
        raise UserError(f"the plan {path} is empty", remedy="Write it, or leave --plan away.")
    return replace(order, plan=text)


async def _write_back(log: EventLog, run: str, settings: Settings) -> None:
    """Tell the spec's source; what is delivered stays delivered, whatever the source says to that."""
    from journeyman.cli.spec import answered

    try:
        for done in await answered(log, run, settings):
            click.echo(f"Source: {done}", err=True)
    except JourneymanError as error:
        click.echo(f"Note: the spec's source was not told: {error}\nTry again: journeyman spec answer {run}", err=True)


def _tell(sandbox: Declaration) -> None:
    for line in sandbox.lines:
        click.echo(f"Note: {line}", err=True)


def order_from(settings: Settings, spec: str, options: dict[str, object]) -> Order:
    """Return the order: the settings, with the options that were given laid over them."""
    from journeyman.assembly import order_of
    from journeyman.assembly.strategies import chosen_strategy

    given = {name: value for name, value in options.items() if value is not None}
    order = order_of(settings, spec)
    ceilings = {
        "attempts": "attempts",
        "requests": "requests",
        "tokens": "tokens",
        "usd": "cost_usd",
        "seconds": "wall_time_s",
    }
    budget = {field: given.pop(f"budget_{name}") for name, field in ceilings.items() if f"budget_{name}" in given}
    if "deliver" in given:
        given["deliver"] = Deliver(str(given["deliver"]))
    if "variety" in given:
        given["variety"] = Variety(str(given["variety"]))
    if "models" in given or "model" in given:
        given["models"] = tuple(name.strip() for name in str(given.get("models", "")).split(",") if name.strip())
    merged: Budget = replace(order.budget, **budget)  # type: ignore[arg-type] # click has checked the types
    order = replace(order, budget=merged, **given)  # type: ignore[arg-type] # click has checked the types
    return replace(order, strategy=chosen_strategy(order.strategy, order.model))
