"""A forge in memory: the promises of the port, and a power cut at any moment one likes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, PullRequestState, Survey
from journeyman.domain.errors import UserError


class PowerCutError(BaseException):
    """What a test cuts the power with: no `except Exception` may catch it."""


@dataclass(slots=True, kw_only=True)
class MemoryForge:
    """Fills `ports.forge.Forge`. `cuts` is asked before and after every effect, and may raise `PowerCutError`."""

    place: str = "memory:acme/widgets"
    archived: bool = False
    branches: dict[str, str] = field(default_factory=dict)
    """Branch -> commit; holds the target."""
    holds_base: bool = True
    pull_requests: list[PullRequest] = field(default_factory=list)
    branch_of: dict[int, str] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)
    labels: dict[int, tuple[str, ...]] = field(default_factory=dict)
    reviewers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    cuts: Iterator[bool] = field(default_factory=lambda: iter(()))

    async def survey(self, change: Change) -> Survey:
        """Say what is there."""
        return Survey(
            archived=self.archived,
            target_tip=self.branches.get(change.target, ""),
            branch_tip=self.branches.get(change.branch, ""),
            holds_base=self.holds_base,
        )

    async def find(self, branch: str) -> PullRequest | None:
        """Return the newest pull request of a branch."""
        numbers = [number for number, name in self.branch_of.items() if name == branch]
        return next((one for one in reversed(self.pull_requests) if one.number in numbers), None)

    async def push(self, commit: str, branch: str) -> bool:
        """Make a new branch; False when it already points at the commit."""
        there = self.branches.get(branch, "")
        if there not in {"", commit}:
            raise UserError(f"the branch {branch} points at {there}")
        self._cut()
        self.branches[branch] = commit
        self._cut()
        return not there

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open a pull request, or find it open."""
        there = await self.find(change.branch)
        if there is not None and there.state is PullRequestState.OPEN:
            return replace(there, found=True)
        self._cut()
        number = len(self.pull_requests) + 1
        opened = PullRequest(
            number=number,
            url=f"https://forge.example/{number}",
            draft=draft,
            body=change.body,
            head=self.branches[change.branch],
        )
        self.pull_requests.append(opened)
        self.branch_of[number] = change.branch
        self._cut()
        return opened

    async def annotate(self, number: int, labels: tuple[str, ...], reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Label and ask."""
        self._cut()
        self.labels[number], self.reviewers[number] = labels, reviewers
        self._cut()
        return ()

    async def comment(self, number: int, text: str, marker: str) -> bool:
        """Comment once."""
        if any(at == number and marker in said for at, said in self.comments):
            return False
        self._cut()
        self.comments.append((number, text))
        self._cut()
        return True

    def _cut(self) -> None:
        if next(self.cuts, False):
            raise PowerCutError
