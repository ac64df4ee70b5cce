"""A judge that measures equal patches once in a run, whoever asks and however often."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.verification import Baseline, Ground, Verification
from journeyman.ports.judge import Judge


@dataclass(slots=True)
class Judgements:
    """What was judged in one run, by the digest of the patch."""

    found: dict[str, Verification] = field(default_factory=dict)
    locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))


class JudgedOnce:
    """Fills `ports.judge.Judge`; all judges of a run share their judgements, for all have the same ground."""

    def __init__(self, judge: Judge, judgements: Judgements) -> None:
        self._judge = judge
        self._judgements = judgements

    async def baseline(self, ground: Ground) -> Baseline:
        """Measure as the judge within does."""
        return await self._judge.baseline(ground)

    async def judge(self, ground: Ground, baseline: Baseline, candidate: Candidate) -> Verification:
        """Return what was found of this patch, under this candidate's name."""
        known, digest = self._judgements.found, candidate.digest
        async with self._judgements.locks[digest]:
            if digest not in known:
                known[digest] = await self._judge.judge(ground, baseline, candidate)
        return replace(known[digest], candidate=candidate.id)

    async def likeness(self, ground: Ground, candidate: Candidate) -> str:
        """Digest as the judge within does."""
        return await self._judge.likeness(ground, candidate)

    async def behaviour(
        self, ground: Ground, candidates: Sequence[Candidate], probes: Sequence[Probe]
    ) -> tuple[Behaviour, ...]:
        """Ask as the judge within does."""
        return await self._judge.behaviour(ground, candidates, probes)
