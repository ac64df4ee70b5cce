"""The facts of an agent at work; a part of `domain.event`, where every fact has its place."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled:
    """An agent asked for something to be done, and was told what came of it."""

    kind: ClassVar[str] = "tool-called"
    tool: str
    """As the model named it, whether there is such a tool or not."""
    about: str
    """What says most of the call, in a line: a path, a command, a query."""
    failed: bool
    said: str
    """The first line of the result."""
    arguments_body: str
    """Digest of the arguments as the model wrote them, as kept."""
    result_body: str
    """Digest of the whole result as kept."""
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade:
    """How the work is to be done was laid down before it began, by a person or by a model."""

    kind: ClassVar[str] = "plan-made"
    by: str
    """`person`, or the model as it was served."""
    body: str
    """Digest of the plan as kept."""


AgentEvent = ToolCalled | PlanMade
