"""GitHub Actions, and whatever else reports checks or statuses at GitHub."""

from dataclasses import dataclass

from journeyman.adapters.forges.github import GitHub
from journeyman.adapters.forges.hosted import Fields, deep, items_of, number_of, text_of
from journeyman.domain.ci import CiReport, Job, Trigger, Triggered, state_of
from journeyman.domain.delivery import PullRequest
from journeyman.domain.errors import UserError

_MOST_INPUTS = 25


@dataclass(frozen=True, slots=True)
class GitHubActions:
    """Fills `ports.ci.ContinuousIntegration`."""

    github: GitHub

    @property
    def place(self) -> str:
        """Where it is."""
        return f"github:{self.github.owner}/{self.github.name}"

    async def trigger(self, trigger: Trigger) -> Triggered:
        """Dispatch a workflow, which tells its run, or a repository event, which tells nothing."""
        client, inputs = self.github.client, dict(trigger.inputs)
        if trigger.kind == "event":
            body: Fields = {"event_type": trigger.name, "client_payload": {"ref": trigger.ref, **inputs}}
            await client.ask("POST", f"{self.github.path}/dispatches", body=body)
            return Triggered(reference="")
        if trigger.kind != "workflow" or len(inputs) > _MOST_INPUTS:
            raise UserError(f"GitHub cannot start a {trigger.kind}", remedy="Write workflow:FILE or event:TYPE.")
        path = f"{self.github.path}/actions/workflows/{trigger.name}/dispatches"
        body = {"ref": trigger.ref, "inputs": inputs, "return_run_details": True}
        found = (await client.ask("POST", path, body=body)).body
        run = number_of(found, "workflow_run_id")
        return Triggered(reference=str(run) if run else "", url=text_of(found, "html_url"))

    async def report(self, commit: str) -> CiReport:
        """Return every check run and every status of a commit, the latest of each name."""
        base = f"{self.github.path}/commits/{commit}"
        checks = (await self.github.client.ask("GET", f"{base}/check-runs", query={"per_page": "100"})).body
        statuses = (await self.github.client.ask("GET", f"{base}/status", query={"per_page": "100"})).body
        jobs = [_check(item) for item in items_of(deep(checks, "check_runs"))]
        jobs += [_status(item) for item in items_of(deep(statuses, "statuses"))]
        return CiReport(commit=commit, jobs=tuple({job.name: job for job in reversed(jobs)}.values())[::-1])

    async def output(self, job: Job) -> str:
        """Return a job's log; a check of somebody else's app has only its summary."""
        if not job.id:
            return job.summary
        try:
            return await self.github.client.text(f"{self.github.path}/actions/jobs/{job.id}/logs")
        except UserError:
            return job.summary

    async def pull_request(self, number: int) -> PullRequest:
        """Return a pull request."""
        return await self.github.pull_request(number)


def _check(item: Fields) -> Job:
    state = state_of([text_of(item, "conclusion")] if text_of(item, "status") == "completed" else [])
    return Job(
        name=text_of(item, "name"),
        state=state,
        url=text_of(item, "html_url"),
        id=str(number_of(item, "id") or ""),
        summary="\n".join(filter(None, (text_of(item, "output", part) for part in ("title", "summary", "text")))),
    )


def _status(item: Fields) -> Job:
    return Job(
        name=text_of(item, "context"),
        state=state_of([text_of(item, "state")]),
        url=text_of(item, "target_url"),
        summary=text_of(item, "description"),
    )
