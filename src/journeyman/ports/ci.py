"""The seam to continuous integration: start a pipeline, hear what became of a commit."""

from typing import Protocol

from journeyman.domain.ci import CiReport, Job, Trigger, Triggered
from journeyman.domain.delivery import PullRequest


class ContinuousIntegration(Protocol):
    """Pipelines of one repository."""

    @property
    def place(self) -> str:
        """Where it is, `scheme:rest`."""
        ...

    async def trigger(self, trigger: Trigger) -> Triggered:
        """Start a pipeline.

        Raises:
            UserError: there is none of that name, or this host has none of that kind.
            AdapterError: the host did not answer; it may have started all the same.
        """
        ...

    async def report(self, commit: str) -> CiReport:
        """Return what is known of a commit by now."""
        ...

    async def output(self, job: Job) -> str:
        """Return the end of what a job printed; empty when it cannot be read."""
        ...

    async def pull_request(self, number: int) -> PullRequest:
        """Return a pull request with who merged it."""
        ...
