"""deliver: Change -> Delivery. The publisher: deterministic, no model in it, and each effect happens once.

Every step first looks whether it has happened, so that a delivery that was killed anywhere is finished by
delivering again: the branch is named after the run and the commit follows from the change, the pull request is
found by its branch and by the marker in its text, the comment by its own.
"""

from journeyman.domain.change import Change
from journeyman.domain.code_owners import PLACES, owners_of, parse_owners
from journeyman.domain.delivery import Delivery, PullRequest, PullRequestState, Survey, Wishes, marker
from journeyman.domain.errors import UserError
from journeyman.ports.forge import Forge
from journeyman.ports.repository import Repository

_MOST_OWNERS = 10
"""More are a change that a person should spread by hand."""


async def deliver(change: Change, *, forge: Forge, repository: Repository, wishes: Wishes) -> Delivery:
    """Land a change where people review it. Delivering the same change again changes nothing.

    Raises:
        UserError: what is there does not fit (another's branch, a closed pull request, an archived repository,
            a base that is not in the target's history). Nothing was changed.
        AdapterError: the forge did not answer; delivering again goes on where this ended.
    """
    commit = await repository.commit(change.tree, parent=change.base, message=change.message)
    survey = await forge.survey(change)
    _refuse_place(survey, change, commit, forge.place, wishes)
    there = await forge.find(change.branch)
    if there is not None:
        _refuse_pull_request(there, change)
        if there.state is PullRequestState.MERGED:
            return _delivery(change, commit, there, already_there=True)
    reviewers, notes = await reviewers_of(change, repository, wishes)
    made = await forge.push(commit, change.branch)
    present = await forge.open(change, draft=wishes.draft)
    if present.number and (wishes.labels or reviewers):
        notes += await forge.annotate(present.number, wishes.labels, reviewers)
    if present.number and wishes.receipt:
        sign = marker(change.run, "receipt")
        await forge.comment(present.number, receipt(change, commit, survey, sign), sign)
    return _delivery(change, commit, present, already_there=present.found and not made, notes=notes)


def _delivery(
    change: Change, commit: str, present: PullRequest, *, already_there: bool, notes: tuple[str, ...] = ()
) -> Delivery:
    return Delivery(
        branch=change.branch,
        commit=commit,
        pull_request=present.url,
        already_there=already_there,
        number=present.number,
        notes=notes,
    )


async def reviewers_of(
    change: Change, repository: Repository, wishes: Wishes
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom to ask for a review, and notes: who is named, and the code owners by the base's own file."""
    if not wishes.owners:
        return wishes.reviewers, ()
    base = await repository.snapshot(change.base)
    at = {entry.path: entry.blob for entry in base.entries}
    place = next((place for place in PLACES if place in at), None)
    if place is None:
        return wishes.reviewers, ()
    rules = parse_owners((await repository.read(at[place])).decode("utf-8", "replace"))
    after = await repository.snapshot(await repository.commit(change.tree, parent=change.base, message=change.message))
    now = {entry.path: entry.blob for entry in after.entries}
    changed = tuple(sorted(path for path in at.keys() | now.keys() if at.get(path) != now.get(path)))
    owners = owners_of(rules, changed)
    more = f"{len(owners) - _MOST_OWNERS} more code owners were not asked" if len(owners) > _MOST_OWNERS else ""
    asked = tuple(dict.fromkeys((*wishes.reviewers, *owners[:_MOST_OWNERS])))
    return asked, (more,) if more else ()


def receipt(change: Change, commit: str, survey: Survey, sign: str) -> str:
    """Return the comment that says what was pushed, and what it was judged against."""
    moved = survey.target_tip not in {"", change.base}
    state = (
        f"`{change.target}` has moved on since, to `{survey.target_tip}`: the verdict holds for the base named above."
        if moved
        else f"`{change.target}` still pointed there when this was pushed."
    )
    return (
        f"Run `{change.run}` pushed commit `{commit}` with tree `{change.tree}`, the very tree that the judge accepted "
        f"on base `{change.base}`. {state}\n\n"
        f"`journeyman log verify {change.run} --repo .` proves the run's log against this commit.\n\n{sign}\n"
    )


def _refuse_place(survey: Survey, change: Change, commit: str, place: str, wishes: Wishes) -> None:
    if survey.archived:
        raise UserError(f"{place} is archived", remedy="Nobody can push there. Unarchive it, or name another forge.")
    if survey.branch_tip not in {"", commit}:
        raise UserError(
            f"the branch {change.branch} exists at {place} and points at {survey.branch_tip}",
            remedy="Somebody made it, or goes on with it. Delete it there if it is not wanted, then deliver again.",
        )
    if not survey.holds_base:
        where = f"the branch {change.target} of {place}" if change.target else place
        raise UserError(
            f"{where} does not hold the base commit {change.base}",
            remedy="Push the base there first, or run again from a commit that is there: a delivery must never "
            "publish commits that nobody asked to publish.",
        )
    if wishes.base_must_be_tip and survey.target_tip not in {"", change.base}:
        raise UserError(
            f"{change.target} has moved from {change.base[:12]} to {survey.target_tip[:12]} since the judgement",
            remedy="Run the spec again, or set [forge] moved_base to note.",
        )


def _refuse_pull_request(there: PullRequest, change: Change) -> None:
    if marker(change.run) not in there.body:
        raise UserError(
            f"{there.url} is the pull request of the branch {change.branch}, and not one that this run opened",
            remedy="Close it and delete its branch if it is not wanted, then deliver again.",
        )
    if there.state is PullRequestState.CLOSED:
        raise UserError(
            f"{there.url} was closed by somebody", remedy="Reopen it if that was a mistake; nothing was changed."
        )
