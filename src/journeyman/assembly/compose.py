"""Opening what fills the ports, and wrapping it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from journeyman import __version__
from journeyman.assembly.confinement import require_a_person
from journeyman.assembly.contracts import contract_tools
from journeyman.assembly.delivering import forge_locator, open_forge, wishes_of
from journeyman.assembly.environments import EquippedJudge, LazyEnvironment, Told, environment_of, recording
from journeyman.assembly.models import models_at, reviewer_at
from journeyman.assembly.project import Project
from journeyman.assembly.sources import ready_spec
from journeyman.assembly.strategies import Parts, chosen_strategy, make_strategy
from journeyman.domain.errors import UserError
from journeyman.domain.event import Record
from journeyman.domain.run import Order
from journeyman.domain.spec import Spec
from journeyman.engine import Engine, Workshop
from journeyman.pipeline.judged_once import JudgedOnce, Judgements
from journeyman.plugins import find_factory, split_locator
from journeyman.ports.events import EventLog, Step
from journeyman.ports.forge import Forge
from journeyman.ports.index import CodeIndex
from journeyman.ports.judge import Judge
from journeyman.ports.model import LanguageModel
from journeyman.ports.sandbox import Declaration, Sandbox, declaration_of
from journeyman.settings import FILE_NAME, Settings, load_settings

if TYPE_CHECKING:
    from journeyman.eventlog.log import SqlLog
    from journeyman.eventlog.replay import Replay
    from journeyman.judge.environment import Environment
    from journeyman.pipeline.toolbox import Toolbox
    from journeyman.repository.working_tree import WorkingTree


@asynccontextmanager
async def open_event_log(settings: Settings) -> "AsyncIterator[SqlLog]":
    """Open the event log of this person: one SQLite file under the data directory."""
    from journeyman.eventlog.log import open_log

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with open_log(settings.data_dir / "journeyman.db") as log:
        yield log


async def open_project(path: Path, *, base: str = "", driver: str = "") -> Project:
    """Look at a repository and settle what a run would start from.

    Args:
        path: of the repository.
        base: commit or branch to start from.
        driver: of the sandbox, when a person names one; else what the environment or the repository says.

    Raises:
        UserError: not a repository, no commit, a dirty tree or a detached HEAD without an explicit
            base, an unknown base, or a `journeyman.toml` that cannot be used.
    """
    from journeyman.repository import open_repository

    settings = load_settings()
    repository = await asyncio.to_thread(open_repository, path, stores_dir=settings.data_dir / "stores")
    state = await repository.working_tree()
    if not base:
        _refuse_unclear_base(state)
    snapshot = await repository.snapshot(base)
    toml = next((entry for entry in snapshot.entries if entry.path == FILE_NAME), None)
    text = (await repository.read(toml.blob)).decode("utf-8", "replace") if toml else ""
    return Project(
        path=repository.location.root or path.resolve(),
        repository=repository,
        base=snapshot,
        settings=load_settings(text).with_driver(driver),
        notes=state.limits,
    )


async def delivered_message(path: Path, run: str) -> str:
    """Return the message of the commit that a run delivered to the repository at `path`.

    Raises:
        UserError: there is no such branch.
    """
    from journeyman.repository import open_repository

    settings = load_settings()
    repository = await asyncio.to_thread(open_repository, path, stores_dir=settings.data_dir / "stores")
    return await repository.message((await repository.snapshot(f"journeyman/{run}")).commit)


def engine_for(
    project: Project,
    log: EventLog,
    *,
    tell: Callable[[Declaration], None] = lambda _: None,
    replay: "Replay | None" = None,
) -> Engine:
    """Return the engine for one project.

    Args:
        project: where and from what.
        log: where facts go.
        tell: is given what the driver of a run's sandbox says of itself.
        replay: a recorded run, whose spec and answers take the place of reading and asking.
    """

    async def load_spec(order: Order) -> Spec:
        if replay is not None:
            return replay.spec
        return await ready_spec(order.spec, project.settings, accept_author=order.accept_author)

    @asynccontextmanager
    async def workshop(order: Order) -> AsyncIterator[Workshop]:
        async with AsyncExitStack() as stack:
            opened = await _open_workshop(order, project, log, stack, replay)
            tell(opened.tools.sandbox)
            yield opened

    return Engine(load_spec, workshop, log)


async def _open_workshop(
    order: Order, project: Project, log: EventLog, stack: AsyncExitStack, replay: "Replay | None"
) -> Workshop:
    from journeyman.eventlog.record import RecordedSandbox
    from journeyman.eventlog.run_id import new_run_id
    from journeyman.retrieval.opening import open_index

    strategy = chosen_strategy(order.strategy, order.model)
    settings = project.settings
    scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="journeyman-", ignore_cleanup_errors=True))
    run_id = new_run_id()
    root = Step(log.run(run_id), "run")
    step = root.child("environment")
    sandbox = await open_sandbox(settings, stack)
    adapters = _Adapters(
        project=project,
        sandbox=sandbox,
        environment=project_environment(project, RecordedSandbox(sandbox, step), told=recording(step)),
        models_at=await models_at(order, settings, stack, replay),
        reviewer_at=await reviewer_at(order, settings, stack, replay),
        index=await stack.enter_async_context(open_index(project.repository, project.path, settings)),
        forge=await stack.enter_async_context(open_forge(project, forge_locator(settings, order.deliver))),
        scratch_dir=Path(scratch),
        strategy=strategy,
        records=partial(log.records, run_id),
    )
    return Workshop(
        run_id=run_id,
        base=project.base,
        model_name=", ".join(dict.fromkeys(order.asked)),
        tools=adapters.wrapped(root),
        root=root,
        version=__version__,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Adapters:
    """What fills the ports of one run, before anything is wrapped."""

    project: Project
    sandbox: Sandbox
    environment: LazyEnvironment
    models_at: Callable[[str], tuple[LanguageModel, ...]]
    """Step -> the models of the lineages, in turn."""
    reviewer_at: Callable[[str], LanguageModel | None]
    index: CodeIndex
    forge: Forge
    scratch_dir: Path
    strategy: str
    records: Callable[[], Awaitable[tuple[Record, ...]]]
    judgements: Judgements = field(default_factory=Judgements)

    def wrapped(self, step: Step) -> "Toolbox":
        """Return the ports, recording under `step`."""
        from journeyman.eventlog.record import RecordedIndex, RecordedJudge, RecordedModel, RecordedSandbox
        from journeyman.eventlog.record_forge import RecordedForge
        from journeyman.pipeline.toolbox import Toolbox

        reviewer = self.reviewer_at(step.name)
        first, *others = (RecordedModel(model, step) for model in self.models_at(step.name))
        sandbox, index = RecordedSandbox(self.sandbox, step), RecordedIndex(self.index, step)
        judge = JudgedOnce(judge_of(self.project, sandbox, self.scratch_dir, self.environment), self.judgements)
        parts = Parts(
            step=step,
            repository=self.project.repository,
            base=self.project.base,
            pace=self.project.settings.agent,
            sandbox=sandbox,
            environment=self.environment,
            judge=judge,
            index=index,
            scratch_dir=self.scratch_dir,
        )
        return Toolbox(
            step=step,
            model=first,
            strategy=make_strategy(self.strategy, parts),
            index=index,
            repository=self.project.repository,
            judge=RecordedJudge(judge, step),
            forge=RecordedForge(self.forge, step),
            sandbox=declaration_of(self.sandbox),
            wishes=wishes_of(self.project.settings),
            records=self.records,
            rewrap=self.wrapped,
            others=tuple(others),
            reviewer=RecordedModel(reviewer, step) if reviewer else None,
        )


def judge_of(
    project: Project, sandbox: Sandbox, scratch_dir: Path, environment: LazyEnvironment | None = None
) -> Judge:
    """Return the judge of a project: the same for a run of the pipeline and for `journeyman judge`."""

    def made(found: "Environment") -> Judge:
        from journeyman.judge import HermeticJudge
        from journeyman.judge.baseline_store import BaselineStore

        return HermeticJudge(
            project.repository,
            sandbox,
            project.settings.judge,
            interpreter=found.interpreter,
            mounts=found.mounts,
            scratch_dir=scratch_dir,
            toolchains=found.toolchains,
            baselines=BaselineStore(folder=project.settings.cache_dir / "baselines"),
            contracts=contract_tools(project.settings),
        )

    return EquippedJudge(environment or project_environment(project, sandbox), made)


def project_environment(project: Project, sandbox: Sandbox, *, told: Told | None = None) -> LazyEnvironment:
    """Return the environment of a project's base commit; nothing is built before it is asked for."""
    make = partial(
        environment_of, project.settings, project.repository, project.base, path=project.path, sandbox=sandbox
    )
    return LazyEnvironment(make, told=told)


async def open_sandbox(settings: Settings, stack: AsyncExitStack) -> Sandbox:
    """Open the configured sandbox, after it has really run a command.

    Raises:
        UserError: it does not work here; the text says what would. Or it is none at all, and no person asked for that.
    """
    require_a_person(settings)
    scheme, rest = split_locator(settings.sandbox.driver)
    factory = find_factory("sandboxes", scheme or rest)
    return cast("Sandbox", await stack.enter_async_context(factory(rest if scheme else "", settings)))


def _refuse_unclear_base(state: "WorkingTree") -> None:
    """Without an explicit base, only a clean checkout of a branch says what to start from."""
    from journeyman.repository.working_tree import require_clean

    if state.branch is None:
        raise UserError(
            "HEAD is detached, so it is unclear which branch the change is for",
            remedy="Check out a branch, or name the commit: --base HEAD.",
        )
    require_clean(state)
