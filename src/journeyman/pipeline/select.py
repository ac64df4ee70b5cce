"""Choice by execution: accepted attempts and what they do -> the one to propose. Pure.

After Li et al., "Competition-level code generation with AlphaCode" (2022), which clusters programs by what they
answer, and Shi et al., "Natural language to code translation with execution" (2022), which prefers the program
that agrees with the others most. Wrong programs tend to be wrong each in a way of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from journeyman.domain.attempt import Attempt

Answers = Mapping[str, str]
"""Probe id or node id -> what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Attempts that do the same wherever they were asked."""

    attempts: tuple[Attempt, ...]
    """The smallest change first."""
    agreement: float
    """Mean share of all attempts that answer as these do, 0 to 1."""
    changed_lines: int
    """Of the smallest."""


def agreeing(accepted: Sequence[Attempt], likeness: Mapping[str, str]) -> int:
    """Return the size of the largest group of accepted attempts that come to the same code."""
    return max((len(group) for group in alike(accepted, likeness)), default=0)


def alike(accepted: Sequence[Attempt], likeness: Mapping[str, str]) -> list[list[Attempt]]:
    """Group attempts by their code, in the order in which the groups appear."""
    groups: defaultdict[str, list[Attempt]] = defaultdict(list)
    for attempt in accepted:
        groups[likeness.get(attempt.candidate.id, attempt.candidate.digest)].append(attempt)
    return list(groups.values())


def rank(
    same_code: Sequence[Sequence[Attempt]], answers: Mapping[str, Answers], changed_lines: Mapping[str, int]
) -> tuple[Group, ...]:
    """Cluster groups of the same code by what they do, best first.

    The largest cluster leads; of equals, the one that agrees with all others most; then the smaller change;
    then the first. Every attempt counts as a vote, equal ones too: they are answers to different draws.

    Args:
        same_code: as `alike` makes them.
        answers: of the first attempt of each group, by its candidate's id; nothing asked is nothing answered.
        changed_lines: by candidate id.
    """
    clusters: defaultdict[tuple[tuple[str, str], ...], list[Sequence[Attempt]]] = defaultdict(list)
    for group in same_code:
        clusters[tuple(sorted(answers.get(group[0].candidate.id, {}).items()))].append(group)
    votes = _votes(clusters)
    total = sum(len(group) for group in same_code)
    ranked = [_group(dict(key), groups, votes, total, changed_lines) for key, groups in clusters.items()]
    return tuple(sorted(ranked, key=lambda group: (-len(group.attempts), -group.agreement, group.changed_lines)))


def _votes(
    clusters: Mapping[tuple[tuple[str, str], ...], Sequence[Sequence[Attempt]]],
) -> Mapping[tuple[str, str], int]:
    """Return how many attempts gave each answer to each question."""
    votes: defaultdict[tuple[str, str], int] = defaultdict(int)
    for key, groups in clusters.items():
        for answer in key:
            votes[answer] += sum(map(len, groups))
    return votes


def _group(
    answers: Answers,
    groups: Sequence[Sequence[Attempt]],
    votes: Mapping[tuple[str, str], int],
    total: int,
    changed_lines: Mapping[str, int],
) -> Group:
    attempts = [attempt for group in groups for attempt in group]
    attempts.sort(key=lambda attempt: (changed_lines.get(attempt.candidate.id, 0), not _judged_itself(attempt)))
    shares = [votes[answer] / total for answer in answers.items()]
    return Group(
        attempts=tuple(attempts),
        agreement=sum(shares) / len(shares) if shares else len(attempts) / total,
        changed_lines=changed_lines.get(attempts[0].candidate.id, 0),
    )


def _judged_itself(attempt: Attempt) -> bool:
    """Of equal patches one was judged, and the log speaks of that one: it can be proposed, the others are votes."""
    return attempt.verification is not None and attempt.verification.candidate == attempt.candidate.id
