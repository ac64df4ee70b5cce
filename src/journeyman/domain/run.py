"""A run: one journey from spec to outcome."""

from dataclasses import dataclass, field
from enum import StrEnum

from journeyman.domain.usage import Budget


class Deliver(StrEnum):
    """How far an accepted change goes."""

    NONE = "none"
    """Judge it, then stop."""
    BRANCH = "branch"
    """A branch in the repository and the pull request's text as a file."""
    PULL_REQUEST = "pull-request"
    """A branch and a pull request at the forge that the settings name."""


class Variety(StrEnum):
    """In what lineages differ, beside their models and how freely they answer."""

    SAMPLING = "sampling"
    """In nothing: all are asked the same words, which a server evaluates once."""
    WORDS = "words"
    """In a hint at the end of the prompt."""
    CONTEXT = "context"
    """In that, and in which file of the context comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything a person decides when they start a run."""

    spec: str
    """Locator, `scheme:rest` or a bare path."""
    accept_author: bool = False
    """Whether who starts the run answers for a spec whose author is no member of the project."""
    base: str = ""
    """Any name git knows; empty means the checked-out commit."""
    model: str = ""
    """`scheme:rest`."""
    models: tuple[str, ...] = ()
    """Of the lineages, in turn; empty means `model` for all."""
    reviewer: str = ""
    """A second model that reads what was chosen, `scheme:rest`; empty for none."""
    strategy: str = "direct"
    plan: str = ""
    """How a person wants it done, as Markdown; empty leaves that to the strategy."""
    plan_only: bool = False
    """Whether the run ends with a plan."""
    candidates: int = 4
    """Lineages."""
    in_flight: int = 8
    """How many of them work at once; the others wait for their turn."""
    variety: Variety = Variety.SAMPLING
    repairs: int = 1
    """In a row, before a lineage starts afresh; 0 means plain sampling."""
    agreement: int = 1
    """Accepted candidates that come to the same code and end the search early."""
    budget: Budget = field(default_factory=Budget)
    deliver: Deliver = Deliver.BRANCH
    seed: int = 0
    """Where the sampling seeds start; equal orders ask the same questions."""
    context_tokens: int = 3000
    """Of code shown in one prompt."""
    evidence: str = ""
    """What became of an earlier delivery of this spec, e.g. failing jobs of CI; shown with the tests."""
    repair_round: int = 0
    """Which repair of an earlier delivery this is; 0 for a first run."""

    @property
    def asked(self) -> tuple[str, ...]:
        """Every model that makes candidates, in the order of the lineages."""
        return self.models or (self.model,)
