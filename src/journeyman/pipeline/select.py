"""Choice by execution: accepted attempts -> the one to propose."""

from collections.abc import Sequence

from journeyman.domain.attempt import Attempt


def agreeing(accepted: Sequence[Attempt]) -> int:
    """Return the size of the largest group of accepted attempts with the same patch."""
    return max((len(group) for group in _groups(accepted)), default=0)


def select(accepted: Sequence[Attempt]) -> Attempt | None:
    """Return the attempt most others agree with; among equals the smallest change, then the first."""
    ranked = sorted(_groups(accepted), key=lambda group: (-len(group), _size_bytes(group[0])))
    return ranked[0][0] if ranked else None


def _groups(accepted: Sequence[Attempt]) -> list[list[Attempt]]:
    groups: dict[str, list[Attempt]] = {}
    for attempt in accepted:
        groups.setdefault(attempt.candidate.digest, []).append(attempt)
    return list(groups.values())


def _size_bytes(attempt: Attempt) -> int:
    return sum(len(change.content or b"") for change in attempt.candidate.changes)
