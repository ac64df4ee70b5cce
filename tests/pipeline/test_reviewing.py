"""Objections are put to the proof, and decide nothing."""

from collections.abc import Mapping, Sequence

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.behaviour import Probe
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.choice import ReviewGiven
from journeyman.domain.context import Context, Snippet
from journeyman.domain.delivery import Wishes
from journeyman.domain.errors import AdapterError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.prompt import Prompt, Role, Turn
from journeyman.domain.run import Order
from journeyman.domain.spec import Source, Spec
from journeyman.domain.usage import Budget
from journeyman.domain.verification import Baseline, Ground, Verification
from journeyman.pipeline.meter import Meter
from journeyman.pipeline.reviewing import Chosen, reviewed
from journeyman.pipeline.select import Group
from journeyman.pipeline.toolbox import Toolbox
from journeyman.ports.events import Step
from journeyman.stages.generate.direct import Direct
from journeyman.stages.generate.strategy import Assignment
from journeyman.testing.events import MemoryLog
from journeyman.testing.forges import MemoryForge
from journeyman.testing.index import WholeFileIndex
from journeyman.testing.judge import ScriptedJudge
from journeyman.testing.models import ScriptedModel
from journeyman.testing.repository import InMemoryRepository

FILE = "def f():\n    return 0\n"
OBJECTS = "OBJECTION: f must be 3\n```python\ndef test_f():\n    assert f() == 3\n```"


def attempt(name: str, value: int) -> Attempt:
    content = f"def f():\n    return {value}\n".encode()
    candidate = Candidate(id=name, changes=(FileChange(path="a.py", content=content),))
    turns = (Turn(role=Role.USER, text="q"), Turn(role=Role.MODEL, text="a"))
    verification = Verification(candidate=name, tree="t", checks=(), findings=())
    return Attempt(proposal=Proposal(candidate=candidate, turns=turns), verification=verification)


def does(candidate: Candidate, _probes: Sequence[Probe]) -> Mapping[str, str]:
    """Run the reviewer's test as a real judge would: it passes where `f` returns 3."""
    texts = {change.path: (change.content or b"").decode() for change in candidate.changes}
    tests = [path for path in texts if "test_by_reviewer" in path]
    return {f"{path}::test_f": "passed" if "return 3" in texts["a.py"] else "failed" for path in tests}


class World:
    """One review with its fakes."""

    def __init__(
        self, reviewer: ScriptedModel, model: ScriptedModel | None = None, *, judge: ScriptedJudge | None = None
    ) -> None:
        self.model = model or ScriptedModel(lambda _prompt: "")
        self.judge = judge or ScriptedJudge(does=does)
        self.reviewer, self.log = reviewer, MemoryLog()

    async def review(self, *attempts: Attempt, budget: Budget | None = None) -> Attempt:
        repository = InMemoryRepository.of({"a.py": FILE.encode()})
        snippet = Snippet(path="a.py", start_line=1, end_line=2, text=FILE, blob="b", score=1.0, retriever="named")
        spec = Spec(title="Return more", intent="f returns more.", source=Source(locator="text:", digest="d"))
        baseline = Baseline(results=())

        def wrap(step: Step) -> Toolbox:
            return Toolbox(
                step=step, model=self.model, strategy=Direct(), index=WholeFileIndex(repository), repository=repository,
                judge=self.judge, forge=MemoryForge(), wishes=Wishes(), sandbox=None,  # type: ignore[arg-type]
                records=lambda: self.log.records("r"), rewrap=wrap, reviewer=self.reviewer,
            )  # fmt: skip

        ground = Ground(base=await repository.snapshot(""))
        chosen = Chosen(
            attempt=attempts[0],
            ranked=tuple(Group(attempts=(one,), agreement=1.0, changed_lines=1) for one in attempts),
            spec=spec,
            ground=ground,
            baseline=baseline,
            assignment=Assignment(
                spec=spec, context=Context(snippets=(snippet,), token_count=9), baseline=baseline,
                ground=ground, files={"a.py": FILE}, tests="",
            ),
            order=Order(spec="text:"),
            meter=Meter(budget=budget or Budget()),
        )  # fmt: skip
        return await reviewed(chosen, tools=wrap(Step(self.log.run("r"), "run/review")))

    async def given(self) -> ReviewGiven:
        (event,) = [record.event for record in await self.log.records("r") if isinstance(record.event, ReviewGiven)]
        return event


def says(text: str) -> ScriptedModel:
    return ScriptedModel(lambda _prompt: text, name="scripted:reviewer")


async def test_without_an_objection_the_choice_stands() -> None:
    world, chosen = World(says("NO OBJECTION")), attempt("0.1", 1)
    assert await world.review(chosen) is chosen
    assert (await world.given()).objections == ()


async def test_words_alone_are_advice() -> None:
    world, chosen = World(says("OBJECTION: I do not like it")), attempt("0.1", 1)
    assert await world.review(chosen) is chosen
    assert [one.state for one in (await world.given()).objections] == ["untried"]
    assert world.model.prompts == []


async def test_a_test_that_passes_refutes_its_reviewer() -> None:
    world, chosen = World(says(OBJECTS)), attempt("0.1", 3)
    assert await world.review(chosen) is chosen
    assert [one.state for one in (await world.given()).objections] == ["refuted"]


async def test_another_accepted_candidate_that_passes_is_taken_without_asking_anybody() -> None:
    world, other = World(says(OBJECTS)), attempt("1.1", 3)
    assert await world.review(attempt("0.1", 1), other) is other
    assert world.model.prompts == []
    assert (await world.given()).candidate == "1.1"


async def test_what_nobody_passes_is_repaired_once() -> None:
    def repair(prompt: Prompt) -> str:
        assert "assert f() == 3" in prompt.turns[-1].text
        return "```python\n# a.py\ndef f():\n    return 3\n```"

    world = World(says(OBJECTS), ScriptedModel(repair))
    best = await world.review(attempt("0.1", 1), attempt("1.1", 2))
    assert b"return 3" in (best.candidate.changes[0].content or b"")
    assert best.candidate.parent == "0.1"
    assert len(world.model.prompts) == 1


async def test_a_repair_that_the_judge_refuses_or_that_shows_nothing_changes_nothing() -> None:
    wrong = ScriptedModel(lambda _prompt: "```python\n# a.py\ndef f():\n    return 4\n```")
    chosen = attempt("0.1", 1)
    assert await World(says(OBJECTS), wrong).review(chosen) is chosen
    refusing = ScriptedJudge(lambda _c: (Finding(rule="r", severity=Severity.REJECT, reason="no"),), does=does)
    good = ScriptedModel(lambda _prompt: "```python\n# a.py\ndef f():\n    return 3\n```")
    world = World(says(OBJECTS), good, judge=refusing)
    assert await world.review(chosen) is chosen
    assert (await world.given()).note == "the judge refused the repair"


async def test_a_reviewer_that_fails_or_costs_too_much_stops_nothing() -> None:
    def fails(_prompt: Prompt) -> str:
        raise AdapterError("the provider answers 500")

    for reviewer, budget in ((ScriptedModel(fails), Budget()), (says("x"), Budget(tokens=10))):
        world, chosen = World(reviewer), attempt("0.1", 1)
        assert await world.review(chosen, budget=budget) is chosen
        assert (await world.given()).note
