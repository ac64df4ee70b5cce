"""The seam between the search and the ways to generate: Assignment -> Proposal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.context import Context
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Baseline, Ground
from journeyman.ports.model import Metered


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How freely one answer is drawn."""

    temperature: float
    seed: int
    max_tokens: int = 1200
    hint: str = ""
    """Words for the end of the prompt, by which lineages differ; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What every lineage of a run is asked: the same words, so that servers share the prefix."""

    spec: Spec
    ground: Ground
    """Where candidates are judged, for strategies that have their work judged before they hand it over."""
    context: Context
    baseline: Baseline
    files: Mapping[str, str]
    """Text of every product file at the base that may be edited, by path."""
    tests: str
    """Source of the tests that must pass, ready to be shown."""
    executable: frozenset[str] = frozenset()
    plan: str = ""
    """How a person wants it done, or agreed that it be done; empty when nobody said."""

    @property
    def targets(self) -> dict[str, str]:
        """The files that are shown and may be changed."""
        return {path: self.files[path] for path in self.context.paths if path in self.files}


class Strategy(Protocol):
    """One way to turn an assignment into a candidate. What it works with besides the model it was made with."""

    def worst_case_tokens(self, assignment: Assignment) -> int:
        """Return how many tokens one proposal may take at most: held in reserve while it is made.

        A strategy that asks many times returns the most of a single request: the meter stands between.
        """
        ...

    async def propose(
        self,
        assignment: Assignment,
        sampling: Sampling,
        *,
        candidate_id: str,
        parent: Attempt | None,
        model: Metered,
    ) -> Proposal:
        """Make a candidate from scratch, or one that mends `parent`. `model` is metered and recorded.

        Raises:
            AdapterError: the model, or what the strategy works with, could not answer.
        """
        ...
