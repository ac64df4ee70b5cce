"""The search over lineages, with honest fakes round it."""

import asyncio
import dataclasses
import random
from collections.abc import Iterable

import pytest

from journeyman.domain.candidate import Candidate
from journeyman.domain.context import Context, Snippet
from journeyman.domain.delivery import Wishes
from journeyman.domain.errors import AdapterError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.outcome import Cause
from journeyman.domain.prompt import Completion, Prompt
from journeyman.domain.run import Order, Variety
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

    def __init__(self, model: LanguageModel, judge: ScriptedJudge, *, others: tuple[LanguageModel, ...] = ()) -> None:
        self.model, self.judge, self.others, self.log = model, judge, others, MemoryLog()

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
                others=self.others,
            )

        snippet = Snippet(path="a.py", start_line=1, end_line=2, text=FILE, blob="b", score=1.0, retriever="named")
        spec = Spec(title="Return more", intent="f returns more.", source=Source(locator="text:", digest="d"))
        assignment = Assignment(
            spec=spec,
            ground=Ground(base=base),
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
    assert found.accepted
    assert found.cause is None
    assert len(model.prompts) == 1


async def test_the_other_lineages_join_when_the_first_answer_fails() -> None:
    def script(prompt: Prompt) -> str:
        return answer(1) if prompt.temperature > 0.9 else answer(9)

    model = ScriptedModel(script)
    found = await World(model, accepts(1)).search(candidates=4, repairs=0)
    assert [attempt.candidate.id for attempt in found.accepted] == ["3.1"]
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
    said = [attempt.candidate.changes[0].content or b"" for attempt in found.accepted]
    assert sum(b"return 2" in content for content in said) == 2


async def test_a_repair_carries_the_answer_and_the_reason() -> None:
    def script(prompt: Prompt) -> str:
        return answer(1) if prompt.name == "repair" else answer(9)

    model = ScriptedModel(script)
    found = await World(model, accepts(1)).search(candidates=1)
    assert [attempt.candidate.parent for attempt in found.accepted] == ["0.1"]
    first, repair = model.prompts
    assert repair.turns[: len(first.turns)] == first.turns
    assert "return 9" in repair.turns[-2].text
    assert "because" in repair.turns[-1].text


async def test_a_compromise_ends_the_run_even_if_others_would_be_accepted() -> None:
    world = World(ScriptedModel(lambda _prompt: answer(9)), ScriptedJudge(lambda _c: (verdict(Severity.COMPROMISE),)))
    found = await world.search(candidates=4)
    assert (found.accepted, found.cause) == ((), Cause.COMPROMISED)
    assert found.findings[0].severity is Severity.COMPROMISE


async def test_what_only_a_person_may_allow_is_escalated_when_nothing_else_was_found() -> None:
    world = World(ScriptedModel(lambda _prompt: answer(9)), ScriptedJudge(lambda _c: (verdict(Severity.ESCALATE),)))
    found = await world.search(candidates=2, budget=Budget(attempts=4))
    assert (found.accepted, found.cause) == ((), Cause.PERSON)


async def test_no_time_and_no_tokens_end_a_search_before_a_call() -> None:
    for budget in (Budget(tokens=10), Budget(wall_time_s=0.0)):
        model = ScriptedModel(lambda _prompt: answer(1))
        found = await World(model, accepts(1)).search(budget=budget)
        assert (found.accepted, found.cause) == ((), Cause.BUDGET)
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


async def test_models_take_turns_over_the_lineages() -> None:
    first, second = (ScriptedModel(lambda _prompt: answer(9), name=f"scripted:{name}") for name in "ab")
    await World(first, accepts(1), others=(second,)).search(candidates=3, repairs=0, budget=Budget(attempts=3))
    assert (len(first.prompts), len(second.prompts)) == (2, 1)


async def test_a_lineage_that_is_stuck_goes_over_to_the_next_model_and_other_words() -> None:
    first, second = (ScriptedModel(lambda _prompt: answer(9), name=f"scripted:{name}") for name in "ab")
    await World(first, accepts(1), others=(second,)).search(candidates=1, repairs=0, budget=Budget(attempts=4))
    assert (len(first.prompts), len(second.prompts)) == (3, 1)
    told = second.prompts[0].turns[0].text
    assert told.startswith(first.prompts[0].turns[0].text)
    assert len(told) > len(first.prompts[0].turns[0].text)


async def test_lineages_differ_in_words_where_that_is_wanted_and_only_at_the_end() -> None:
    model = ScriptedModel(lambda _prompt: answer(9))
    world = World(model, accepts(1))
    await world.search(candidates=4, repairs=0, agreement=2, variety=Variety.WORDS, budget=Budget(attempts=4))
    texts = [prompt.turns[0].text for prompt in model.prompts]
    shortest = min(texts, key=len)
    assert len(set(texts)) == 4
    assert all(text.startswith(shortest) for text in texts)


async def test_no_more_lineages_work_at_once_than_allowed() -> None:
    working = most = 0

    class Slow(ScriptedModel):
        async def complete(self, prompt: Prompt) -> Completion:
            nonlocal working, most
            working += 1
            most = max(most, working)
            await asyncio.sleep(0.01)
            working -= 1
            return await super().complete(prompt)

    world = World(Slow(lambda _prompt: answer(9)), accepts(1))
    await world.search(candidates=6, in_flight=2, repairs=0, agreement=2, budget=Budget(attempts=12))
    assert most == 2


async def test_a_model_that_fails_ends_its_own_lineages_alone() -> None:
    def fails(_prompt: Prompt) -> str:
        raise AdapterError("the provider answers 500")

    broken, sound = ScriptedModel(fails, name="scripted:broken"), ScriptedModel(lambda _prompt: answer(1))
    found = await World(broken, accepts(1), others=(sound,)).search(candidates=2)
    assert [attempt.candidate.id for attempt in found.accepted] == ["1.1"]
    with pytest.raises(AdapterError, match="500"):
        await World(broken, accepts(1)).search(candidates=2)


@pytest.mark.parametrize("seed", range(5))
async def test_no_interleaving_of_lineages_crosses_a_ceiling(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret

    class Jittery(ScriptedModel):
        async def complete(self, prompt: Prompt) -> Completion:
            completion = await super().complete(prompt)
            for _ in range(draw.randrange(4)):
                await asyncio.sleep(0)
            return dataclasses.replace(completion, usage=dataclasses.replace(completion.usage, cost_usd=0.003))

        def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float:
            assert input_tokens > 0
            assert output_tokens > 0
            return 0.01

    world = World(Jittery(lambda _prompt: answer(draw.randrange(90))), accepts(99))
    budget = Budget(attempts=None, tokens=20_000, cost_usd=0.1, requests=25)
    found = await world.search(candidates=6, budget=budget)
    spent = world.meter.spent
    assert (found.accepted, found.cause) == ((), Cause.BUDGET)
    assert spent.total_tokens <= 20_000
    assert spent.cost_usd is not None
    assert 0.05 < spent.cost_usd <= 0.1
    assert spent.requests <= 25
