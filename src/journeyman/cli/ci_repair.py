"""What `journeyman ci repair` does: hear, decide, and run the spec again with what failed as evidence."""

from dataclasses import replace
from pathlib import Path

import click

from journeyman.cli.exit_codes import ExitCode, exit_code


async def next_round(run: str, repo: Path, wait_s: float, model: str | None) -> int:
    """Carry out one round for a delivered run, or hand it over."""
    from journeyman.assembly import engine_for, open_event_log, open_project, order_of
    from journeyman.assembly.pipelines import open_ci_desk
    from journeyman.cli.ci_poll import heard_within
    from journeyman.cli.progress import follow_run
    from journeyman.domain.event import RunStarted
    from journeyman.domain.records import of_kind
    from journeyman.pipeline.ci_rounds import Content, HandOver, RepairRound, next_ci_move, rounds_so_far

    head = await open_project(repo, base="HEAD")
    async with open_event_log(head.settings) as log:
        async with open_ci_desk(head.settings, log, run) as desk:
            report = await heard_within(desk, wait_s)
            move = next_ci_move(report, repaired=rounds_so_far(desk.records), most=head.settings.ci.repairs)
            if isinstance(move, HandOver):
                click.echo(await desk.hand_over(report, move))
                return ExitCode.ESCALATED
            if not isinstance(move, RepairRound):
                click.echo(f"CI of {report.commit[:12]}: {report.state.value}; nothing to repair")
                return ExitCode.DELIVERED if isinstance(move, Content) else ExitCode.CI_UNFINISHED
            told = await desk.ask_repair(report, move)
            started = next(event for _, event in of_kind(desk.records, RunStarted))
        # The same base and the same spec: only the evidence is new, and the judge is the same.
        project = await open_project(repo, base=started.base)
        project = replace(project, base=replace(project.base, ref=started.base_ref))
        order = replace(order_of(project.settings, started.spec_locator), accept_author=True, evidence=told)
        order = replace(order, model=model or order.model, repair_round=move.number)
        engine = engine_for(project, log)
        return exit_code(await follow_run(engine, order, as_json=False))
