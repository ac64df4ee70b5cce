"""The loop: ask, do, tell. Linear and append-only; everything clever stands around it."""

from dataclasses import dataclass, field

from journeyman.domain.errors import SpentError
from journeyman.domain.pace import Pace
from journeyman.domain.prompt import Completion, FinishReason, ToolCall, ToolResult
from journeyman.domain.usage import Left
from journeyman.ports.model import Metered
from journeyman.ports.tools import Tools
from journeyman.prompts import fragment
from journeyman.stages.generate.agent.catalogue import MisuseError, read_arguments
from journeyman.stages.generate.agent.conversation import Conversation
from journeyman.stages.generate.agent.desk import Desk
from journeyman.stages.generate.agent.ending import Ending, Kind
from journeyman.stages.generate.agent.stuck import Deed, trouble


async def work(talk: Conversation, desk: Desk, tools: Tools, *, model: Metered, pace: Pace) -> Ending:
    """Ask the model and do what it asks for, until that ends the work, or the budget, or going in circles does.

    Args:
        talk: grows by two turns a step.
        desk: what the tools are of; it knows when the work is over.
        tools: the desk as it is called, recorded.
        model: asked once a step, never when only the reserve is left.
        pace: the limits.

    Raises:
        AdapterError: the model, the sandbox or the judge could not answer.
    """
    watch = Watch(pace=pace)
    for step in range(1, pace.steps + 1):
        if (left := model.left()).share <= pace.reserve:
            return Ending(kind=Kind.SPENT, reason=f"only the reserve of the budget is left ({words_of(left)})")
        await talk.make_room(desk.gate.files)
        try:
            said = await model.complete(talk.prompt())
        except SpentError as spent:
            return Ending(kind=Kind.SPENT, reason=spent.reason)
        results = tuple([await tools.call(call) for call in said.calls])
        circle = watch.after(said, results)
        talk.add(said, results, text=watch.word(said, left=model.left(), steps_left=pace.steps - step))
        if desk.ending or circle:
            return desk.ending or Ending(kind=Kind.STUCK, reason=circle)
    return Ending(kind=Kind.SPENT, reason=f"all {pace.steps} steps are used")


@dataclass(slots=True, kw_only=True)
class Watch:
    """Remembers what was done, nudges once, and says when nudging did not help."""

    pace: Pace
    _deeds: list[Deed] = field(default_factory=list)
    _nudge: str = ""
    _nudged: bool = False
    _hurried: bool = False

    def after(self, said: Completion, results: tuple[ToolResult, ...]) -> str:
        """Take note of a step; return in what circle the work goes although it was told."""
        calls = tuple((call.name, call.arguments) for call in said.calls)
        broken = bool(calls) and all(map(_unreadable, said.calls))
        self._deeds.append(Deed(calls=calls, results=tuple(result.text for result in results), broken=broken))
        self._nudge = trouble(self._deeds)
        if not self._nudge:
            return ""
        if self._nudged:
            return self._nudge
        # What was done before the nudge counts no more.
        self._nudged, self._deeds = True, []
        return ""

    def word(self, said: Completion, *, left: Left, steps_left: int) -> str:
        """Return what the harness has to say after a step, mostly nothing."""
        words = []
        if said.finish_reason is FinishReason.LENGTH:
            words.append(f"Your answer was cut off at {self.pace.answer_tokens:,} tokens. Write less at once.")
        if not said.calls:
            words.append(fragment("agent_silent"))
        if self._nudge:
            words.append(fragment("agent_nudge", {"trouble": self._nudge}))
        few = steps_left <= max(3, self.pace.steps // 8)
        if not self._hurried and (few or left.share <= 2 * self.pace.reserve):
            self._hurried = True
            words.append(fragment("agent_hurry", {"left": f"{steps_left} steps, {words_of(left)}"}))
        return "\n\n".join(words)


def words_of(left: Left) -> str:
    """Return what is left of a budget, in words."""
    parts = []
    if left.wall_time_s is not None:
        parts.append(f"{-int(-left.wall_time_s // 60)} minutes")
    if left.tokens is not None:
        parts.append(f"{left.tokens:,} tokens")
    if left.cost_usd is not None:
        parts.append(f"${left.cost_usd:.2f}")
    return ", ".join(parts) or "no ceiling"


def _unreadable(call: ToolCall) -> bool:
    try:
        read_arguments(call.name, call.arguments)
    except MisuseError:
        return True
    return False
