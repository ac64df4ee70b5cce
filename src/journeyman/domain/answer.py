"""The answer to whoever wrote a spec: what became of it, and what may be written back to where it came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """`[write_back]`: what is done to a spec's source after a delivery; all off unless turned on."""

    comment: bool = False
    """Comment on the ticket with the place of the pull request; Jira is given a link too."""
    tick_tasks: bool = False
    """Tick every task, where the source keeps them as check boxes in a folder."""
    transition: str = ""
    """Status that a Jira ticket is moved to; empty leaves it."""
    archive: bool = False
    """Archive the OpenSpec change with its own command line."""

    @property
    def wanted(self) -> bool:
        """Whether anything is to be written back at all."""
        return self.comment or self.tick_tasks or bool(self.transition) or self.archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source is told after a delivery; only what the log holds."""

    run: str
    title: str
    pull_request: str
    """Where it is: an address, or a path on this machine."""
    branch: str
    wishes: WriteBack

    @property
    def mark(self) -> str:
        """What makes an answer known again, so that it is given once."""
        return f"Journeyman run {self.run}"

    @property
    def lines(self) -> tuple[str, ...]:
        """The words of a comment."""
        return (f"{self.mark} delivered a change for review: {self.pull_request}", f"Branch: {self.branch}")
