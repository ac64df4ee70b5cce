"""Behaviour: what a candidate's code does when it is asked, beside the tests that decide about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question to the product: what it answers is written down, and nothing is expected of it."""

    id: str
    """Unique among the probes of one comparison."""
    source: str
    """Python: imports and statements that call `tell(value)` for whatever is to be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What one candidate did."""

    candidate: str
    answers: Mapping[str, str] = field(default_factory=dict)
    """Probe id, or node id of a pooled test -> what became of it, as text that is equal for equal answers."""
