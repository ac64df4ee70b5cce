"""The agent strategy: opens a workplace, briefs, works, and hands over what the harness read back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.errors import UnsafeTreeError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.pace import Pace
from journeyman.domain.prompt import Prompt, Role, Turn
from journeyman.domain.spec import Spec
from journeyman.ports.index import CodeIndex
from journeyman.ports.judge import Judge
from journeyman.ports.model import Metered
from journeyman.ports.repository import Repository
from journeyman.ports.tools import Tools
from journeyman.ports.workplace import Workplace, Workplaces
from journeyman.prompts import fragment
from journeyman.stages.generate.agent.briefing import brief
from journeyman.stages.generate.agent.catalogue import CATALOGUE
from journeyman.stages.generate.agent.conversation import Conversation
from journeyman.stages.generate.agent.desk import Desk
from journeyman.stages.generate.agent.ending import Ending, Kind
from journeyman.stages.generate.agent.gate import Gate
from journeyman.stages.generate.agent.loop import work
from journeyman.stages.generate.failures import describe_failure
from journeyman.stages.generate.strategy import Assignment, Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What an agent works with besides its model."""

    places: Workplaces
    repository: Repository
    judge: Judge
    index: CodeIndex
    recorded: Callable[[Tools], Tools] = lambda tools: tools
    """Wraps the tools of one conversation, so that every call is written down."""
    pace: Pace = field(default_factory=Pace)


class Agent:
    """Fills `generate.strategy.Strategy` with a conversation of many steps."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def worst_case_tokens(self, assignment: Assignment) -> int:
        """Return the most of one request: a full window and its answer."""
        del assignment
        return self._bench.pace.window_tokens + self._bench.pace.answer_tokens

    async def propose(
        self, assignment: Assignment, sampling: Sampling, *, candidate_id: str, parent: Attempt | None, model: Metered
    ) -> Proposal:
        """Work until the change is finished, or the budget, or a circle, or the task itself ends it.

        Raises:
            AdapterError: the model, the sandbox or the judge could not answer.
        """
        bench, ground = self._bench, assignment.ground
        before = {change.path: change for change in parent.candidate.changes} if parent else {}
        laid = tuple(FileChange(path=test.path, content=test.content) for test in ground.oracle_tests)
        shown = await bench.repository.overlay(ground.base.tree, laid) if laid else ground.base.tree
        tree = await bench.repository.overlay(shown, tuple(before.values())) if before else shown
        async with bench.places.open(tree) as place:
            gate = Gate(
                place=place,
                repository=bench.repository,
                judge=bench.judge,
                ground=ground,
                baseline=assignment.baseline,
                tree=tree,
                before=before,
                candidate_id=candidate_id,
                criteria=_questions(assignment.spec),
            )
            desk = Desk(place=place, gate=gate, index=bench.index, base=ground.base, command_s=bench.pace.command_s)
            talk = await self._conversation(assignment, sampling, place, parent, model)
            ending = await work(talk, desk, bench.recorded(desk), model=model, pace=bench.pace)
            return await _handed_over(ending, gate, talk, parent)

    async def _conversation(
        self, assignment: Assignment, sampling: Sampling, place: Workplace, parent: Attempt | None, model: Metered
    ) -> Conversation:
        """Begin a conversation, or go on with the one that led to the parent: its prefix is known to the server."""
        bench = self._bench
        prompt: Prompt = await brief(
            assignment, facts=place.facts, left=model.left(), pace=bench.pace, repository=bench.repository
        )
        start = replace(
            prompt,
            temperature=sampling.temperature,
            seed=sampling.seed,
            max_tokens=bench.pace.answer_tokens,
            tools=CATALOGUE,
        )
        turns = list(parent.proposal.turns) if parent else list(prompt.turns)
        talk = Conversation(start=start, turns=turns, window_tokens=bench.pace.window_tokens)
        if parent:
            told = "\n".join(parent.candidate.problems)
            if parent.verification is not None:
                told = describe_failure(parent.verification, assignment.baseline, shown=3)
            talk.say(fragment("agent_again", {"failures": told}))
        return talk


def _questions(spec: Spec) -> str:
    """Return what a finished change is held against, a line each."""
    asked = [f"- Does it hold that: {criterion.text}" for criterion in spec.criteria]
    return "\n".join([*asked, "- Is all done that the task says?"])


async def _handed_over(ending: Ending, gate: Gate, talk: Conversation, parent: Attempt | None) -> Proposal:
    """Return the proposal: its changes are what the harness reads back, whatever was said of them."""
    problems: tuple[str, ...] = ()
    candidate = Candidate(id=gate.candidate_id, changes=())
    try:
        candidate = await gate.candidate()
    except UnsafeTreeError as error:
        problems = (str(error),)
    if ending.kind is Kind.STUCK:
        problems = (f"The agent was stopped: {ending.reason}.",)
    elif not candidate.changes and not problems:
        problems = (f"The agent changed nothing: {ending.reason or ending.kind.value}.",)
    turns = tuple(talk.turns)
    if turns[-1].role is not Role.USER:
        turns = (*turns, Turn(role=Role.USER, text=""))
    return Proposal(
        candidate=replace(
            candidate,
            changes=() if problems else candidate.changes,
            rationale=ending.reason if ending.kind is Kind.FINISHED else "",
            parent=parent.candidate.id if parent else None,
            problems=problems,
        ),
        turns=turns,
        given_up=(_given_up(ending),) if ending.kind is Kind.IMPOSSIBLE else (),
        stuck=ending.reason if ending.kind is Kind.STUCK else "",
    )


def _given_up(ending: Ending) -> Finding:
    return Finding(
        rule="cannot-satisfy",
        severity=Severity.ESCALATE,
        reason=f"the agent says that the task cannot be done as written: {ending.reason}",
        remedy=f"Its evidence: {ending.evidence}",
    )
