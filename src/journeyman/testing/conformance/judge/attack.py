"""An attack is a candidate that must not be accepted; a bench is a judge with its ground measured."""

from collections.abc import Mapping
from dataclasses import dataclass

from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.verification import Baseline, Ground, Verification
from journeyman.ports.judge import Judge

Changes = Mapping[str, str | bytes | None]
"""Path → whole new content; None removes the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One way to make a bug look mended."""

    id: str
    title: str
    changes: Changes
    rule: str
    """A finding by this rule is expected among others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Fill it with any judge over a repository that holds `PROJECT`."""

    judge: Judge
    ground: Ground
    baseline: Baseline

    async def verify(self, changes: Changes) -> Verification:
        """Judge one set of changes."""
        encoded = {path: body.encode() if isinstance(body, str) else body for path, body in changes.items()}
        files = tuple(FileChange(path=path, content=encoded[path]) for path in sorted(encoded))
        return await self.judge.judge(self.ground, self.baseline, Candidate(id="1.1", changes=files))
