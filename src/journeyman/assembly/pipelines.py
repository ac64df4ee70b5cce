"""Opening the CI of a forge, and reading from the settings what is to be started there."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from journeyman.domain.ci import CiReport, Job, Trigger, Triggered
from journeyman.domain.delivery import PullRequest
from journeyman.domain.errors import UserError
from journeyman.pipeline.ci_desk import CiDesk, delivered
from journeyman.plugins import split_locator
from journeyman.ports.ci import ContinuousIntegration
from journeyman.ports.events import EventLog, Step
from journeyman.settings import Settings

if TYPE_CHECKING:
    from journeyman.pipeline.ci_desk import Delivered


@asynccontextmanager
async def open_ci_desk(settings: Settings, log: EventLog, run: str) -> AsyncIterator[CiDesk]:
    """Open the CI of the forge that a run was delivered to.

    Raises:
        UserError: the run was not delivered, or its forge has no CI that is known.
    """
    records = await log.records(run)
    if not records:
        raise UserError(f"there is no run `{run}`", remedy="See `journeyman runs list`.")
    of = delivered(run, records)
    async with _open_ci(settings, of.place) as ci:
        yield CiDesk(ci=ci, step=Step(log.run(run), "ci"), of=of, records=records)


def trigger_of(wanted: str, of: "Delivered", *, ref: str, inputs: dict[str, str]) -> Trigger:
    """Return what `workflow:FILE`, `event:TYPE`, `pipeline` or an https address stands for.

    Raises:
        UserError: it is none of these.
    """
    kind, name = split_locator(wanted)
    if wanted == "pipeline":
        kind, name = "pipeline", ""
    elif kind in ("https", "http"):
        kind, name = "endpoint", wanted
    elif kind not in ("workflow", "event") or not name or not set(name) <= _PLAIN:
        raise UserError(
            f"`{wanted}` is nothing that can be started",
            remedy="Write workflow:FILE, event:TYPE, pipeline or https://... under [ci].",
        )
    pairs = {"run": of.run, "commit": of.commit, "pull_request": of.url, **inputs}
    return Trigger(
        kind=kind, name=name, ref=ref, inputs=tuple(pairs.items()), delivery=f"msg_{of.run}_{of.commit[:12]}"
    )


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@dataclass(frozen=True, slots=True)
class _WithEndpoint:
    """Any CI, and besides it any HTTPS address that is told by a signed webhook."""

    inner: ContinuousIntegration
    secret: str

    @property
    def place(self) -> str:
        return self.inner.place

    async def trigger(self, trigger: Trigger) -> Triggered:
        from journeyman.adapters.webhooks.endpoint import send

        if trigger.kind == "endpoint":
            return await send(trigger, secret=self.secret)
        return await self.inner.trigger(trigger)

    async def report(self, commit: str) -> CiReport:
        return await self.inner.report(commit)

    async def output(self, job: Job) -> str:
        return await self.inner.output(job)

    async def pull_request(self, number: int) -> PullRequest:
        return await self.inner.pull_request(number)


@asynccontextmanager
async def _open_ci(settings: Settings, place: str) -> AsyncIterator[ContinuousIntegration]:
    from journeyman.adapters.webhooks.endpoint import SECRET_ENV

    scheme, rest = split_locator(place)
    if scheme not in _OPENERS:
        raise UserError(
            f"`{place}` has no continuous integration that is known", remedy=f"Known: {', '.join(_OPENERS)}."
        )
    async with _OPENERS[scheme](rest, settings) as ci:
        yield _WithEndpoint(ci, settings.secret(SECRET_ENV))


@asynccontextmanager
async def _github(rest: str, settings: Settings) -> AsyncIterator[ContinuousIntegration]:
    from journeyman.adapters.forges.github import open_client
    from journeyman.adapters.forges.github_actions import GitHubActions

    async with open_client(rest, settings) as (github, _):
        yield GitHubActions(github)


@asynccontextmanager
async def _gitlab(rest: str, settings: Settings) -> AsyncIterator[ContinuousIntegration]:
    from journeyman.adapters.forges.gitlab import open_client
    from journeyman.adapters.forges.gitlab_pipelines import GitLabPipelines

    async with open_client(rest, settings) as (gitlab, _):
        yield GitLabPipelines(gitlab)


@asynccontextmanager
async def _gitea(rest: str, settings: Settings) -> AsyncIterator[ContinuousIntegration]:
    from journeyman.adapters.forges.gitea import open_client
    from journeyman.adapters.forges.gitea_actions import GiteaActions

    async with open_client(rest, settings) as (gitea, _):
        yield GiteaActions(gitea)


_Opener = Callable[[str, Settings], AbstractAsyncContextManager[ContinuousIntegration]]
_OPENERS: dict[str, _Opener] = {"github": _github, "gitlab": _gitlab, "gitea": _gitea}
