"""verify: Candidate -> Verification, by the judge and nobody else."""

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.verification import Baseline, Ground
from journeyman.ports.judge import Judge


async def verify(proposal: Proposal, *, ground: Ground, baseline: Baseline, judge: Judge) -> Attempt:
    """Have a proposal judged; one that could not become a patch is an attempt without a verification."""
    if proposal.candidate.problems:
        return Attempt(proposal=proposal, verification=None)
    verification = await judge.judge(ground, baseline, proposal.candidate)
    return Attempt(proposal=proposal, verification=verification)
