"""Which way candidates are made: by name, or by what the model is likely to manage."""

from dataclasses import dataclass
from pathlib import Path

from journeyman.assembly.environments import LazyEnvironment
from journeyman.assembly.workplaces import SandboxedWorkplaces
from journeyman.domain.errors import UserError
from journeyman.domain.pace import Pace
from journeyman.domain.snapshot import Snapshot
from journeyman.plugins import split_locator
from journeyman.ports.events import Step
from journeyman.ports.index import CodeIndex
from journeyman.ports.judge import Judge
from journeyman.ports.repository import Repository
from journeyman.ports.sandbox import Sandbox
from journeyman.stages.generate.strategy import Strategy

KNOWN = ("auto", "direct", "agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What strategies are made from, already wrapped for one step."""

    step: Step
    repository: Repository
    base: Snapshot
    pace: Pace
    sandbox: Sandbox
    environment: LazyEnvironment
    judge: Judge
    index: CodeIndex
    scratch_dir: Path


def chosen_strategy(name: str, model: str) -> str:
    """Return the strategy that a name stands for.

    `auto` is `direct` for the models that run on this machine, which are small, and `agent` for all others.

    Raises:
        UserError: there is no such strategy.
    """
    if name not in KNOWN:
        raise UserError(f"unknown strategy `{name}`", remedy=f"Known: {', '.join(KNOWN)}.")
    if name != "auto":
        return name
    return "direct" if split_locator(model)[0] == "local" else "agent"


def make_strategy(name: str, parts: Parts) -> Strategy:
    """Return a strategy by its name."""
    if name == "direct":
        from journeyman.stages.generate.direct import Direct

        return Direct()
    return _agent(parts)


def _agent(parts: Parts) -> Strategy:
    from journeyman.eventlog.record_tools import RecordedTools
    from journeyman.stages.generate.agent import Agent, Bench

    return Agent(
        Bench(
            places=SandboxedWorkplaces(
                parts.repository, parts.sandbox, parts.environment, base=parts.base, scratch=parts.scratch_dir
            ),
            repository=parts.repository,
            judge=parts.judge,
            index=parts.index,
            recorded=lambda tools: RecordedTools(tools, parts.step),
            pace=parts.pace,
        )
    )
