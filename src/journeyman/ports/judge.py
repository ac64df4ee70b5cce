"""The seam to the judge: Ground and Candidate -> Verification."""

from typing import Protocol

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
