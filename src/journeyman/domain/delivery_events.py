"""Events of what leaves the machine: what was intended before each effect, and what was confirmed after it."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCleared:
    """The publisher held the change against the log once more; no credential had been asked for by then."""

    kind: ClassVar[str] = "delivery-cleared"
    place: str
    """The forge, e.g. `github:acme/widgets`."""
    spec_digest: str
    base: str
    tree: str
    candidate: str
    judged_at: int
    """Sequence of the record that holds the verdict."""
    notes: tuple[str, ...]
    """What could not be checked again, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeSurveyed:
    """What the forge said of itself before anything was changed there."""

    kind: ClassVar[str] = "forge-surveyed"
    place: str
    target: str
    target_tip: str
    holds_base: bool
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectIntended:
    """Something outside is about to be changed; written before it, so that a crash between is seen."""

    kind: ClassVar[str] = "effect-intended"
    effect: str
    """`push`, `open`, `annotate`, `comment`, `trigger`, ..."""
    place: str
    target: str
    """A branch, a pull request's number, a pipeline."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectConfirmed:
    """What was intended holds now."""

    kind: ClassVar[str] = "effect-confirmed"
    effect: str
    place: str
    target: str
    found: bool
    """True when it was so already, e.g. after a crash, and nothing was done."""
    reference: str
    """A commit, a URL or an id."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHeard:
    """One job of a pipeline (a part of `CiHeard`)."""

    name: str
    state: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiHeard:
    """What continuous integration says of a commit."""

    kind: ClassVar[str] = "ci-heard"
    place: str
    commit: str
    state: str
    """`none`, `running`, `passed`, `failed`."""
    jobs: tuple[JobHeard, ...]
    heard_by: str
    """`poll` or `webhook`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReceived:
    """A delivery with a good signature came in for the first time."""

    kind: ClassVar[str] = "webhook-received"
    sender: str
    delivery: str
    """The sender's id of it."""
    name: str
    action: str
    body: str
    """Digest of the payload as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairAsked:
    """Failing jobs were made the evidence of another round."""

    kind: ClassVar[str] = "repair-asked"
    repair_round: int
    """1-based."""
    commit: str
    jobs: tuple[str, ...]
    body: str
    """Digest of the evidence as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The rounds are used up, or only a person can go on."""

    kind: ClassVar[str] = "handed-over"
    reason: str
    body: str
    """Digest of the report as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSeen:
    """A pull request was found merged."""

    kind: ClassVar[str] = "merge-seen"
    place: str
    number: int
    merged_by: str
    by_person: bool
    commit: str


DeliveryEvent = (
    DeliveryCleared
    | ForgeSurveyed
    | EffectIntended
    | EffectConfirmed
    | CiHeard
    | WebhookReceived
    | RepairAsked
    | HandedOver
    | MergeSeen
)
