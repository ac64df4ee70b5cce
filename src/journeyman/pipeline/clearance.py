"""What must hold before anything leaves the machine: the change is the one that the log says was accepted."""

from journeyman.domain.change import Change
from journeyman.domain.delivery_events import DeliveryCleared
from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import DeniedError
from journeyman.domain.event import (
    CandidateVerified,
    ChangeProposed,
    Record,
    RunEnded,
    RunStarted,
    SpecIngested,
)
from journeyman.domain.outcome import Cause
from journeyman.domain.records import E, of_kind
from journeyman.domain.spec import Spec


def cleared(
    change: Change, records: tuple[Record, ...], *, place: str, spec: Spec | None, note: str
) -> DeliveryCleared:
    """Return the fact that a change may be published, from the log alone.

    Args:
        change: as it is about to be delivered.
        records: of its run.
        place: the forge.
        spec: the spec as its source has it now; None when it could not be read again.
        note: why not.

    Raises:
        DeniedError: the log says otherwise of the base, the spec, the tree or the verdict.
    """
    proposed = _only(records, ChangeProposed)
    ingested = _only(records, SpecIngested)
    if not _is_proposed(change, proposed):
        raise DeniedError(f"the change is not the one that run `{change.run}` proposed")
    if _only(records, RunStarted).base != change.base:
        raise DeniedError(f"run `{change.run}` did not start from {change.base}")
    if not _is_pinned(spec, ingested):
        raise DeniedError(
            f"the spec of run `{change.run}` was edited since the run started: it is another spec now\n"
            "Run the edited spec, or deliver what was asked for then: journeyman deliver RUN --as-pinned"
        )
    _refuse_ending(records)
    return DeliveryCleared(
        place=place,
        spec_digest=ingested.spec_digest,
        base=change.base,
        tree=change.tree,
        candidate=proposed.candidate,
        judged_at=_acceptance(change, proposed.candidate, records),
        notes=(note,) if note else (),
    )


def _is_proposed(change: Change, event: ChangeProposed) -> bool:
    said = (event.base, event.target, event.tree, event.branch, event.title, event.body, event.message)
    texts = (digest_bytes(change.body.encode()), digest_bytes(change.message.encode()))
    return said == (change.base, change.target, change.tree, change.branch, change.title, *texts)


def _is_pinned(spec: Spec | None, ingested: SpecIngested) -> bool:
    return spec is None or spec.digest == ingested.spec_digest or spec.source.digest == ingested.source_digest


def _refuse_ending(records: tuple[Record, ...]) -> None:
    for _, event in of_kind(records, RunEnded):
        if event.cause in (Cause.COMPROMISED.value, Cause.PERSON.value):
            raise DeniedError(f"the run ended as {event.outcome}: {event.reason}")


def _acceptance(change: Change, candidate: str, records: tuple[Record, ...]) -> int:
    """Return the sequence of the record that accepts the very tree; a later refusal of it would count too."""
    about = [
        (record.sequence, event.verdict)
        for record, event in of_kind(records, CandidateVerified)
        if (event.candidate, event.tree) == (candidate, change.tree)
    ]
    if not about or any(verdict != "accepted" for _, verdict in about):
        raise DeniedError(f"the log of run `{change.run}` has no acceptance of tree {change.tree}")
    return about[-1][0]


def _only(records: tuple[Record, ...], kind: type[E]) -> E:
    found = [event for _, event in of_kind(records, kind)]
    if len(found) != 1:
        raise DeniedError(f"the log of the run has {len(found)} records of `{kind.kind}`, not one")
    return found[0]
