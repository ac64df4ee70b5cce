"""Actions of Gitea and Forgejo, and whatever else reports statuses there."""

from dataclasses import dataclass

from journeyman.adapters.forges.gitea import Gitea
from journeyman.adapters.forges.hosted import deep, items_of, text_of
from journeyman.domain.ci import CiReport, Job, Trigger, Triggered, state_of
from journeyman.domain.delivery import PullRequest
from journeyman.domain.errors import UserError


@dataclass(frozen=True, slots=True)
class GiteaActions:
    """Fills `ports.ci.ContinuousIntegration`."""

    gitea: Gitea

    @property
    def place(self) -> str:
        """Where it is."""
        return f"gitea:{self.gitea.owner}/{self.gitea.name}"

    async def trigger(self, trigger: Trigger) -> Triggered:
        """Dispatch a workflow."""
        if trigger.kind != "workflow":
            raise UserError(f"Gitea cannot start a {trigger.kind}", remedy="Write workflow:FILE.")
        path = f"{self.gitea.path}/actions/workflows/{trigger.name}/dispatches"
        await self.gitea.client.ask("POST", path, body={"ref": trigger.ref, "inputs": dict(trigger.inputs)})
        return Triggered(reference="")

    async def report(self, commit: str) -> CiReport:
        """Return the statuses of a commit; a fresh one has none yet, which never means that there is no CI."""
        found = (await self.gitea.client.ask("GET", f"{self.gitea.path}/commits/{commit}/status")).body
        jobs = [
            Job(
                name=text_of(item, "context"),
                state=state_of([text_of(item, "status")]),
                url=text_of(item, "target_url"),
                summary=text_of(item, "description"),
            )
            for item in items_of(deep(found, "statuses"))
        ]
        return CiReport(commit=commit, jobs=tuple(jobs))

    async def output(self, job: Job) -> str:
        """Return what the status says: logs have no interface there."""
        return job.summary

    async def pull_request(self, number: int) -> PullRequest:
        """Return a pull request."""
        return await self.gitea.pull_request(number)
