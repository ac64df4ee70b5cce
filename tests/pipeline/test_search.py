"""The search over lineages, with honest fakes round it."""

import asyncio
from collections.abc import Iterable

from journeyman.domain.candidate import Candidate
from journeyman.domain.context import Context, Snippet
from journeyman.domain.delivery import Wishes
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.outcome import Cause
from journeyman.domain.prompt import Prompt
from journeyman.domain.run import Order
from journeyman.domain.spec import Source, Spec
from journeyman.domain.usage import Budget
from journeyman.domain.verification import Baseline, Ground
from journeyman.pipeline.meter import Meter
from journeyman.pipeline.search import Found, search
from journeyman.pipeline.toolbox import Toolbox
from journeyman.ports.events import Step
from journeyman.ports.model import LanguageModel
from journeyman.ports.sandbox import Declaration
from journeyman.stages.generate.direct import Direct
from journeyman.stages.generate.strategy import Assignment
from journeyman.testing.events import MemoryLog
from journeyman.testing.forges import MemoryForge
from journeyman.testing.index import WholeFileIndex
from journeyman.testing.judge import ScriptedJudge
from journeyman.testing.models import ScriptedModel
from journeyman.testing.repository import InMemoryRepository

FILE = "def f():\n    return 0\n"


def answer(value: int) -> str:
    return f"```python\n# a.py\ndef f():\n    return {value}\n```"


def verdict(severity: Severity) -> Finding:
    return Finding(rule="r", severity=severity, reason="because")


class World:
    """One search with its fakes."""

    def __init__(self, model: LanguageModel, judge: ScriptedJudge) -> None:
        self.model, self.judge, self.log = model, judge, MemoryLog()

    async def search(self, **order: object) -> Found:
        repository = InMemoryRepository.of({"a.py": FILE.encode()})
        base = await repository.snapshot("")

        def wrap(step: Step) -> Toolbox:
            return Toolbox(
                step=step,
                model=self.model,
                strategy=Direct(),
                index=WholeFileIndex(repository),
                repository=repository,
                judge=self.judge,
                forge=MemoryForge(),
                sandbox=Declaration(driver="fake"),
                wishes=Wishes(),
                records=lambda: self.log.records("r"),
                rewrap=wrap,
            )

        snippet = Snippet(path="a.py", start_line=1, end_line=2, text=FILE, blob="b", score=1.0, retriever="named")
        spec = Spec(title="Return more", intent="f returns more.", source=Source(locator="text:", digest="d"))
        assignment = Assignment(
            spec=spec,
            context=Context(snippets=(snippet,), token_count=9),
            baseline=Baseline(results=()),
            files={"a.py": FILE},
            tests="",
        )
        wanted = Order(spec="text:", **order)  # type: ignore[arg-type]
        self.meter = Meter(budget=wanted.budget)
        tools = wrap(Step(self.log.run("r"), "run"))
        return await search(
            assignment,
            order=wanted,
            ground=Ground(base=base),
            baseline=Baseline(results=()),
            tools=tools,
            meter=self.meter,
        )


def accepts(*values: int) -> ScriptedJudge:
    def script(candidate: Candidate) -> Iterable[Finding]:
        text = (candidate.changes[0].content or b"").decode()
        return () if any(f"return {value}\n" in text for value in values) else (verdict(Severity.REJECT),)

    return ScriptedJudge(script)


async def test_an_easy_spec_costs_one_answer() -> None:
    model = ScriptedModel(lambda _prompt: answer(1))
    found = await World(model, accepts(1)).search(candidates=4)
    assert found.chosen is not None
    assert found.cause is None
    assert len(model.prompts) == 1


async def test_the_other_lineages_join_when_the_first_answer_fails() -> None:
    def script(prompt: Prompt) -> str:
        return answer(1) if prompt.temperature > 0.9 else answer(9)

    model = ScriptedModel(script)
    found = await World(model, accepts(1)).search(candidates=4, repairs=0)
    assert found.chosen is not None
    assert found.chosen.candidate.id == "3.1"
    temperatures = [prompt.temperature for prompt in model.prompts]
    assert temperatures[0] == 0.0
    assert {0.5, 0.8, 1.0} <= set(temperatures)


async def test_equal_patches_are_judged_once() -> None:
    world = World(ScriptedModel(lambda _prompt: answer(9)), accepts(1))
    found = await world.search(candidates=3, repairs=0, budget=Budget(attempts=6))
    assert found.cause is Cause.ATTEMPTS
    assert len(world.judge.judged) == 1


async def test_agreement_asks_for_equal_answers() -> None:
    values = iter([1, 2, 2, 1, 2, 2])
    world = World(ScriptedModel(lambda _prompt: answer(next(values))), accepts(1, 2))
    found = await world.search(candidates=3, agreement=2)
    assert found.chosen is not None
    assert found.accepted >= 2
    assert b"return 2" in (found.chosen.candidate.changes[0].content or b"")


async def test_a_repair_carries_the_answer_and_the_reason() -> None:
    def script(prompt: Prompt) -> str:
        return answer(1) if prompt.name == "repair" else answer(9)

    model = ScriptedModel(script)
    found = await World(model, accepts(1)).search(candidates=1)
    assert found.chosen is not None
    assert found.chosen.candidate.parent == "0.1"
    first, repair = model.prompts
    assert repair.turns[: len(first.turns)] == first.turns
    assert "return 9" in repair.turns[-2].text
    assert "because" in repair.turns[-1].text


async def test_a_compromise_ends_the_run_even_if_others_would_be_accepted() -> None:
    world = World(ScriptedModel(lambda _prompt: answer(9)), ScriptedJudge(lambda _c: (verdict(Severity.COMPROMISE),)))
    found = await world.search(candidates=4)
    assert (found.chosen, found.cause) == (None, Cause.COMPROMISED)
    assert found.findings[0].severity is Severity.COMPROMISE


async def test_what_only_a_person_may_allow_is_escalated_when_nothing_else_was_found() -> None:
    world = World(ScriptedModel(lambda _prompt: answer(9)), ScriptedJudge(lambda _c: (verdict(Severity.ESCALATE),)))
    found = await world.search(candidates=2, budget=Budget(attempts=4))
    assert (found.chosen, found.cause) == (None, Cause.PERSON)


async def test_no_time_and_no_tokens_end_a_search_before_a_call() -> None:
    for budget in (Budget(tokens=10), Budget(wall_time_s=0.0)):
        model = ScriptedModel(lambda _prompt: answer(1))
        found = await World(model, accepts(1)).search(budget=budget)
        assert (found.chosen, found.cause) == (None, Cause.BUDGET)
        assert model.prompts == []


async def test_the_wall_time_ends_a_model_that_never_answers() -> None:
    class Silent:
        name = "silent:"

        async def complete(self, prompt: Prompt) -> object:
            await asyncio.Event().wait()
            raise AssertionError(prompt)

    world = World(Silent(), accepts(1))  # type: ignore[arg-type]
    found = await asyncio.wait_for(world.search(budget=Budget(wall_time_s=0.2)), timeout=20)
    assert found.cause is Cause.BUDGET
    assert "wall time" in found.reason


async def test_every_attempt_has_keys_of_its_own() -> None:
    world = World(ScriptedModel(lambda _prompt: answer(9)), accepts(1))
    await world.search(candidates=3, budget=Budget(attempts=9))
    keys = [record.key for record in await world.log.records("r")]
    assert len(keys) == len(set(keys))
    assert "run/lineage-0/attempt-1/0" in keys
