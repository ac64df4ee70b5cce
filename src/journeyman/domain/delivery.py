"""The delivery: where a change landed, and what a forge says of the place where it is to land."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A branch with a commit, and the pull request that presents it."""

    branch: str
    commit: str
    pull_request: str
    """A URL, or the path of the file that holds the text."""
    already_there: bool = False
    """True when an earlier delivery of the same change was found and nothing was done."""
    number: int = 0
    """Of the pull request; 0 when it is a file."""
    notes: tuple[str, ...] = ()
    """What could not be done and does not matter enough to fail, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a change is to be presented."""

    draft: bool = True
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """Who is asked for a review: `name`, or `organisation/team`."""
    owners: bool = False
    """Whether the code owners of what changes, by the base's own CODEOWNERS, are asked too."""
    receipt: bool = False
    """Whether one comment says what was pushed and what it was judged against."""
    base_must_be_tip: bool = False
    """Whether a target that has moved on since the judgement stops the delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a forge says before anything is changed."""

    archived: bool = False
    target_tip: str = ""
    """Commit that the target branch points at; empty when there is no such branch."""
    branch_tip: str = ""
    """Likewise, of the branch that is to be made."""
    holds_base: bool = True
    """Whether the target's history holds the base, so that a push adds the judged commit and nothing else."""


class PullRequestState(StrEnum):
    """What became of a pull request."""

    OPEN = "open"
    CLOSED = "closed"
    """By somebody, unmerged."""
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A request to merge a branch, wherever it is called that or a merge request."""

    number: int
    url: str
    state: PullRequestState = PullRequestState.OPEN
    draft: bool = False
    body: str = ""
    head: str = ""
    """Commit of its branch, as far as the forge says."""
    merged_by: str = ""
    """Account that merged it."""
    merged_by_person: bool = False
    """Whether the forge says that this account is a person's, not an app's or a bot's."""
    merged_commit: str = ""
    found: bool = False
    """True when it was there before anybody was asked to open it."""


def marker(run: str, what: str = "run") -> str:
    """Return what a text of ours is found again by; a comment, so that nobody has to read it."""
    return f"<!-- journeyman:{what}:{run} -->"
