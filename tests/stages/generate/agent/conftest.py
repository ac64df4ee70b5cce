"""An agent at work: real commands in a directory, a model that says what the test wrote, a judge that asks a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate
from journeyman.domain.context import Context, Snippet
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.pace import Pace
from journeyman.domain.prompt import Prompt
from journeyman.domain.spec import Criterion, Source, Spec
from journeyman.domain.usage import Left
from journeyman.domain.verification import Baseline, Ground
from journeyman.stages.generate.agent import Agent, Bench
from journeyman.stages.generate.strategy import Assignment, Sampling
from journeyman.testing.index import WholeFileIndex
from journeyman.testing.judge import ScriptedJudge
from journeyman.testing.models import Script, ScriptedModel
from journeyman.testing.repository import InMemoryRepository
from journeyman.testing.workplaces import UnconfinedWorkplaces

CART = "def total(prices):\n    return 0\n"
FILES = {
    "AGENTS.md": "Be brief.\n",
    "shop/AGENTS.md": "Money is in cents.\n",
    "docs/AGENTS.md": "Docs are in English.\n",
    "shop/cart.py": CART,
    "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
}


class MeteredScript(ScriptedModel):
    """A scripted model that says what is left."""

    def __init__(self, script: Script, left: Callable[[], Left]) -> None:
        super().__init__(script)
        self._left = left

    def left(self) -> Left:
        return self._left()


def sums(candidate: Candidate) -> Iterable[Finding]:
    """Accept a cart that sums; that is all this judge knows."""
    texts = {change.path: change.content or b"" for change in candidate.changes}
    if b"sum(prices)" not in texts.get("shop/cart.py", b""):
        yield Finding(rule="test-fails", severity=Severity.REJECT, reason="total([1, 2]) is not 3", path="shop/cart.py")


@dataclass
class Shop:
    """One assignment, and what the agent did with it."""

    files: dict[str, str] = field(default_factory=lambda: dict(FILES))
    pace: Pace = field(default_factory=Pace)
    judge: ScriptedJudge = field(default_factory=lambda: ScriptedJudge(sums))
    left: Callable[[], Left] = Left
    plan: str = ""
    model: MeteredScript = field(init=False)

    async def propose(self, script: Script, *, parent: Attempt | None = None, name: str = "0.1") -> Proposal:
        repository = InMemoryRepository.of(self.files)
        base = await repository.snapshot("")
        self.model = MeteredScript(script, self.left)
        bench = Bench(
            places=UnconfinedWorkplaces(repository, facts=("`python` is Python.",)),
            repository=repository,
            judge=self.judge,
            index=WholeFileIndex(repository),
            pace=self.pace,
        )
        cart = Snippet(path="shop/cart.py", start_line=1, end_line=2, text=CART, blob="b", score=1.0, retriever="named")
        spec = Spec(
            title="Totals",
            intent="`total` returns the sum of the prices.",
            source=Source(locator="text:", digest="d"),
            criteria=(Criterion(id="1", text="An empty cart costs 0."),),
        )
        assignment = Assignment(
            spec=spec,
            ground=Ground(base=base),
            context=Context(snippets=(cart,), token_count=9),
            baseline=Baseline(results=()),
            files={"shop/cart.py": CART},
            tests="",
            plan=self.plan,
        )
        sampling = Sampling(temperature=0.0, seed=1)
        return await Agent(bench).propose(assignment, sampling, candidate_id=name, parent=parent, model=self.model)

    @property
    def prompts(self) -> list[Prompt]:
        return self.model.prompts

    def told(self, step: int) -> str:
        """Return all that the model was told after its answer number `step` (1-based)."""
        turn = self.prompts[step].turns[-1]
        return "\n".join([*(result.text for result in turn.results), turn.text])


@pytest.fixture
def shop() -> Shop:
    return Shop()
