"""The ports of one run, already wrapped: every call through them is recorded."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from journeyman.domain.delivery import Wishes
from journeyman.domain.event import Record
from journeyman.ports.events import Step
from journeyman.ports.forge import Forge
from journeyman.ports.index import CodeIndex
from journeyman.ports.judge import Judge
from journeyman.ports.model import LanguageModel
from journeyman.ports.repository import Repository
from journeyman.ports.sandbox import Declaration
from journeyman.stages.generate.strategy import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """What a run works with. `at` gives the same ports, recording under another step."""

    step: Step
    model: LanguageModel
    """Of the first lineage."""
    strategy: Strategy
    """How candidates are made, with what it needs besides the model."""
    index: CodeIndex
    repository: Repository
    judge: Judge
    forge: Forge
    sandbox: Declaration
    """What candidates' tests run in."""
    wishes: Wishes
    """How a change is presented."""
    records: Callable[[], Awaitable[tuple[Record, ...]]]
    """What the log says of this run so far."""
    rewrap: "Callable[[Step], Toolbox]"
    others: tuple[LanguageModel, ...] = ()
    """Of the lineages after the first, in turn."""
    second_strategy: Strategy | None = None
    """What a lineage that is stuck goes over to; None stays with the first."""
    reviewer: LanguageModel | None = None
    """Reads what was chosen; None when nobody asked for that."""

    def model_of(self, number: int) -> LanguageModel:
        """Return one of the models that make candidates, in turn."""
        models = (self.model, *self.others)
        return models[number % len(models)]

    def at(self, name: str) -> "Toolbox":
        """Return this toolbox with its facts filed under a child step, so that keys never clash."""
        return self.rewrap(self.step.child(name))
