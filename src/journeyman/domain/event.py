"""Events: every fact of a run, one small class per fact, a literal `kind` each.

Big bodies (prompts, completions, output, diffs) are kept apart by digest; an event holds the digest.
A class may gain fields with defaults; it never loses or renames one (see tests/golden).
"""

from dataclasses import dataclass
from typing import ClassVar, get_args

from journeyman.domain.agent_events import AgentEvent
from journeyman.domain.choice import BehaviourSeen, CandidateChosen, ReviewGiven
from journeyman.domain.code_shown import CodeFound as CodeFound  # noqa: PLC0414 - it is an event like any other
from journeyman.domain.code_shown import ContextGathered as ContextGathered  # noqa: PLC0414 - it is an event like any other
from journeyman.domain.code_shown import SnippetUsed as SnippetUsed  # noqa: PLC0414 - it is an event like any other
from journeyman.domain.command import NetworkRequest
from journeyman.domain.delivery_events import DeliveryEvent
from journeyman.domain.finding import Finding
from journeyman.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A person asked for work."""

    kind: ClassVar[str] = "run-started"
    spec_locator: str
    base: str
    """Commit id."""
    base_ref: str
    model: str
    """As requested."""
    strategy: str
    candidates: int
    budget: str
    """The ceilings as canonical JSON."""
    version: str
    """Of Journeyman."""
    order: str = ""
    """All of the order as JSON, so that the run can be replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecIngested:
    """The spec was read and is pinned from here on."""

    kind: ClassVar[str] = "spec-ingested"
    title: str
    spec_digest: str
    source_digest: str
    author: str
    trust: str
    criteria: tuple[str, ...]
    """`id: text`."""
    body: str
    """Digest of the intent as kept."""
    spec_body: str = ""
    """Digest of the whole spec as kept, JSON."""
    objections: tuple[str, ...] = ()
    """`rule reason`: what is doubtful about it and did not stop the run."""
    hidden: tuple[str, ...] = ()
    """`path:line kind: text` of what nobody sees in it, taken out before anything was read from it."""
    documents: tuple[str, ...] = ()
    """`path digest` of each raw document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionShown:
    """How one criterion stands (a part of `CriteriaTraced`)."""

    criterion: str
    """Its id."""
    text: str
    standing: str
    """`demonstrated`, `failing`, `manual` or `not demonstrated`."""
    tests: tuple[str, ...]
    """Node ids that show it."""
    lines: tuple[str, ...]
    """`path:start-end`, changed lines of the files that those tests stand in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaTraced:
    """What shows each criterion of the spec in the candidate that was chosen."""

    kind: ClassVar[str] = "criteria-traced"
    candidate: str
    criteria: tuple[CriterionShown, ...]
    changed: tuple[str, ...]
    """`path:start-end`, every line that the change adds or alters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentChosen:
    """Where the project's tests run."""

    kind: ClassVar[str] = "environment-chosen"
    interpreter: str
    """Path inside the sandbox."""
    digest: str
    """Of all that it was built from; empty when it was there already."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineMeasured:
    """What the base commit's tests did."""

    kind: ClassVar[str] = "baseline-measured"
    tests: int
    passed: int
    failed: tuple[str, ...]
    unstable: tuple[str, ...]
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCalled:
    """A model answered."""

    kind: ClassVar[str] = "model-called"
    prompt_name: str
    prompt_digest: str
    prompt_body: str
    """Digest of the prompt's text as kept."""
    completion_body: str
    requested_model: str
    served_model: str
    response_id: str
    finish_reason: str
    temperature: float
    seed: int | None
    usage: Usage
    duration_s: float
    answer_body: str = ""
    """Digest of the whole completion as kept, JSON: with its calls and what its provider wrote natively."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateProposed:
    """A model's answer became a patch, or could not (`problems`)."""

    kind: ClassVar[str] = "candidate-proposed"
    candidate: str
    parent: str
    digest: str
    paths: tuple[str, ...]
    problems: tuple[str, ...]
    diff_body: str
    """Digest of the diff against the base as kept; empty when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRan:
    """A command ended in the sandbox."""

    kind: ClassVar[str] = "command-ran"
    argv: tuple[str, ...]
    ending: str
    exit_status: int
    duration_s: float
    output_body: str
    sandbox: str
    requests: tuple[NetworkRequest, ...] = ()
    """What was asked of the network, allowed or not, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateVerified:
    """The judge spoke."""

    kind: ClassVar[str] = "candidate-verified"
    candidate: str
    tree: str
    verdict: str
    tests: int
    passed: int
    newly_passing: tuple[str, ...]
    findings: tuple[Finding, ...]
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveChosen:
    """What the self-correction rule decided next in one lineage."""

    kind: ClassVar[str] = "move-chosen"
    lineage: int
    move: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProposed:
    """A verified patch was made ready for people."""

    kind: ClassVar[str] = "change-proposed"
    candidate: str
    base: str
    """Commit id."""
    target: str
    tree: str
    branch: str
    title: str
    body: str
    """Digest of the pull request's text as kept."""
    message: str
    """Digest of the commit message as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryIntended:
    """A side effect is about to happen; written before it, so that a crash between is seen."""

    kind: ClassVar[str] = "delivery-intended"
    branch: str
    tree: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDelivered:
    """The change landed on its branch."""

    kind: ClassVar[str] = "change-delivered"
    branch: str
    commit: str
    pull_request: str
    already_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The outcome."""

    kind: ClassVar[str] = "run-ended"
    outcome: str
    """`delivered`, `accepted`, `escalated` or `abandoned`."""
    cause: str
    reason: str
    attempts: int
    usage: Usage
    duration_s: float


Event = (
    RunStarted
    | SpecIngested
    | CriteriaTraced
    | EnvironmentChosen
    | BaselineMeasured
    | CodeFound
    | ContextGathered
    | ModelCalled
    | CandidateProposed
    | CommandRan
    | CandidateVerified
    | BehaviourSeen
    | CandidateChosen
    | ReviewGiven
    | MoveChosen
    | ChangeProposed
    | DeliveryIntended
    | ChangeDelivered
    | RunEnded
    | AgentEvent
    | DeliveryEvent
)

EVENT_KINDS: dict[str, type[Event]] = {event.kind: event for event in get_args(Event)}
"""Every kind that may stand in a log, and its class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An event in its place in the log of one run."""

    run: str
    sequence: int
    """0-based, without gaps."""
    key: str
    """`step/ordinal`, unique within a run: a repeated step appends once."""
    at: str
    """UTC, ISO 8601 with microseconds and `Z`."""
    event: Event
    previous: str
    """Digest of the record before; 64 zeros for the first."""
    digest: str
    """SHA-256 of the canonical JSON of all other fields."""
