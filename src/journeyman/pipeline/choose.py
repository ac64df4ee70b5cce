"""The choice among accepted attempts: what they do is asked in the sandbox, and the answers are counted."""

from journeyman.domain.attempt import Attempt
from journeyman.domain.choice import CandidateChosen, Cluster
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Ground
from journeyman.pipeline.probing import probes_for
from journeyman.pipeline.search import Found
from journeyman.pipeline.select import Group, alike, rank
from journeyman.pipeline.toolbox import Toolbox


async def choose(found: Found, *, spec: Spec, ground: Ground, tools: Toolbox) -> tuple[Attempt, tuple[Group, ...]]:
    """Return the attempt to propose, and every cluster it was chosen from, best first.

    Nobody is asked when there is one code only.
    """
    groups = alike(found.accepted, found.likeness)
    answers: dict[str, dict[str, str]] = {}
    if len(groups) > 1:
        candidates = [group[0].candidate for group in groups]
        probes = await probes_for(spec, ground, candidates, repository=tools.repository)
        behaviours = await tools.judge.behaviour(ground, candidates, probes)
        answers = {one.candidate: dict(one.answers) for one in behaviours}
    ranked = rank(
        groups, answers, {one.candidate.id: await _changed_lines(one, ground, tools) for one in found.accepted}
    )
    chosen = ranked[0].attempts[0]
    await tools.step.append(
        CandidateChosen(
            candidate=chosen.candidate.id,
            accepted=len(found.accepted),
            distinct=len(groups),
            clusters=tuple(_told(group) for group in ranked),
            reason=_why(ranked, asked=max(map(len, answers.values()), default=0)),
        )
    )
    return chosen, ranked


def _told(group: Group) -> Cluster:
    return Cluster(
        candidates=tuple(attempt.candidate.id for attempt in group.attempts),
        agreement=round(group.agreement, 6),
        changed_lines=group.changed_lines,
    )


def _why(ranked: tuple[Group, ...], *, asked: int) -> str:
    best = ranked[0]
    if len(ranked) == 1:
        return "the only one" if len(best.attempts) == 1 else "all of them do the same; the smallest change"
    second = ranked[1]
    where = f"over {asked} questions"
    if len(best.attempts) > len(second.attempts):
        return f"the largest group of those that do the same {where}"
    if best.agreement > second.agreement:
        return f"it agrees with the others most {where}: {best.agreement:.0%}"
    if best.changed_lines < second.changed_lines:
        return f"no group is larger or agrees more {where}; the smallest change"
    return f"nothing tells it from the next {where}; the first"


async def _changed_lines(attempt: Attempt, ground: Ground, tools: Toolbox) -> int:
    """Return how many lines a candidate adds and removes."""
    base = ground.base.tree
    tree = await tools.repository.overlay(base, attempt.candidate.changes)
    diff = await tools.repository.diff(base, tree)
    return sum(line.startswith(("+", "-")) and not line.startswith(("+++", "---")) for line in diff.splitlines())
