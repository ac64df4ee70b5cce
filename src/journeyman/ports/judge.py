"""The seam to the judge: Ground and Candidate -> Verification."""

from collections.abc import Sequence
from typing import Protocol

from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.verification import Baseline, Ground, Verification


class Judge(Protocol):
    """Decides whether a candidate is acceptable, trusting nothing it wrote."""

    async def baseline(self, ground: Ground) -> Baseline:
        """Measure what the base's own tests do, oracle tests laid over them.

        Raises:
            UserError: no test ran, or a `must_pass` test does not exist or already passes.
        """
        ...

    async def judge(self, ground: Ground, baseline: Baseline, candidate: Candidate) -> Verification:
        """Build a fresh world from the base, lay the candidate's product files over it and measure."""
        ...

    async def likeness(self, ground: Ground, candidate: Candidate) -> str:
        """Return a digest that is equal for candidates whose product code is the same.

        Comments, layout, the order of imports and the tests that a candidate brings along do not matter.
        """
        ...

    async def behaviour(
        self, ground: Ground, candidates: Sequence[Candidate], probes: Sequence[Probe]
    ) -> tuple[Behaviour, ...]:
        """Return what each candidate does, in order: asked every probe, and every test that any of them added.

        Nothing follows from it about whether a candidate is acceptable. A question that one of
        them answers in two ways is left out for all; one that it never answers counts as an answer.
        """
        ...
