"""The delivery: where a change landed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A branch with a commit, and the pull request that presents it."""

    branch: str
    commit: str
    pull_request: str
    """A URL, or the path of the file that holds the text."""
    already_there: bool = False
    """True when an earlier delivery of the same change was found and nothing was done."""
