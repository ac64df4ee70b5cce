"""Pipelines of GitLab."""

from dataclasses import dataclass

from journeyman.adapters.forges.gitlab import GitLab
from journeyman.adapters.forges.hosted import items_of, number_of, text_of
from journeyman.domain.ci import CiReport, Job, Trigger, Triggered, state_of
from journeyman.domain.delivery import PullRequest
from journeyman.domain.errors import UserError


@dataclass(frozen=True, slots=True)
class GitLabPipelines:
    """Fills `ports.ci.ContinuousIntegration`."""

    gitlab: GitLab

    @property
    def place(self) -> str:
        """Where it is."""
        return f"gitlab:{self.gitlab.project}"

    async def trigger(self, trigger: Trigger) -> Triggered:
        """Start a pipeline of a branch; inputs become variables."""
        if trigger.kind != "pipeline":
            raise UserError(f"GitLab cannot start a {trigger.kind}", remedy="Write pipeline.")
        variables = [{"key": key, "value": value} for key, value in trigger.inputs]
        body = {"ref": trigger.ref, "variables": variables}
        found = (await self.gitlab.client.ask("POST", f"{self.gitlab.path}/pipeline", body=body)).body
        return Triggered(reference=str(number_of(found, "id") or ""), url=text_of(found, "web_url"))

    async def report(self, commit: str) -> CiReport:
        """Return the jobs of the newest pipeline of a commit."""
        query = {"sha": commit, "order_by": "id", "sort": "desc", "per_page": "1"}
        found = items_of((await self.gitlab.client.ask("GET", f"{self.gitlab.path}/pipelines", query=query)).body)
        if not found:
            return CiReport(commit=commit, jobs=())
        pipeline = number_of(found[0], "id")
        listing = await self.gitlab.client.listing(
            f"{self.gitlab.path}/pipelines/{pipeline}/jobs", query={"per_page": "100"}
        )
        jobs = [
            Job(
                name=text_of(item, "name"),
                state=state_of([text_of(item, "status")]),
                url=text_of(item, "web_url"),
                id=str(number_of(item, "id")),
            )
            for item in items_of(listing)
            if text_of(item, "status") != "manual"
        ]
        return CiReport(commit=commit, jobs=tuple(jobs))

    async def output(self, job: Job) -> str:
        """Return a job's trace."""
        try:
            return await self.gitlab.client.text(f"{self.gitlab.path}/jobs/{job.id}/trace") if job.id else ""
        except UserError:
            return ""

    async def pull_request(self, number: int) -> PullRequest:
        """Return a merge request."""
        return await self.gitlab.pull_request(number)
