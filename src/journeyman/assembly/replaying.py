"""Replaying a run: the same pipeline, the recorded answers, a log of its own that is thrown away."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from journeyman.assembly.compose import engine_for, open_project
from journeyman.domain.errors import JourneymanError
from journeyman.domain.run import Deliver
from journeyman.domain.usage import Budget
from journeyman.eventlog.log import open_log
from journeyman.eventlog.replay import Divergence, load_replay
from journeyman.eventlog.views import RunView, fold
from journeyman.ports.events import EventLog

_UNBOUNDED = Budget(attempts=None, requests=None, tokens=None, cost_usd=None, wall_time_s=None, reserve_share=0.0)
_NEVER = 1_000_000
"""Accepted candidates: every recorded one is to be accepted again before anything is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of a replay, beside what was recorded."""

    run: str
    outcome: str
    """As recorded: `delivered`, `accepted`, `escalated` or `abandoned`."""
    tree: str
    """As recorded; empty when there was no change."""
    outcome_now: str
    tree_now: str
    given: int
    """Recorded answers that were given again."""
    left: int
    """Those that nobody asked for."""
    divergence: Divergence | None

    @property
    def same(self) -> bool:
        """Whether it ended alike: a replay accepts what the run delivered, and delivers nothing itself."""
        ends = {"delivered": "accepted"}
        alike = ends.get(self.outcome, self.outcome) == ends.get(self.outcome_now, self.outcome_now)
        return self.divergence is None and alike and self.tree == self.tree_now


async def replay_run(path: Path, log: EventLog, run: str) -> Replayed:
    """Go through a recorded run again: its spec, its base, its order and its answers. No model is asked.

    Raises:
        UserError: there is no such run, the log does not hold all of it, or the repository lacks its base.
        AdapterError: the world failed.
    """
    replay = await load_replay(log, run)
    project = await open_project(path, base=replay.started.base)
    # Ceilings and early stops were decided in the recorded run; where it was cut short, the answers end.
    order = replace(replay.order, base=replay.started.base, deliver=Deliver.NONE, agreement=_NEVER, budget=_UNBOUNDED)
    with tempfile.TemporaryDirectory(prefix="journeyman-replay-", ignore_cleanup_errors=True) as scratch:
        async with open_log(Path(scratch) / "replay.db") as own:
            try:
                await engine_for(project, own, replay=replay).run(order)
            except JourneymanError:
                if replay.divergence is None:
                    raise
            (started, *_) = (*await own.runs(), "")
            view = fold(await own.records(started)) if started else RunView()
    return Replayed(
        run=run,
        outcome=replay.ended.outcome,
        tree=replay.tree,
        outcome_now=view.state,
        tree_now=view.tree,
        given=replay.given,
        left=replay.recorded,
        divergence=replay.divergence,
    )
