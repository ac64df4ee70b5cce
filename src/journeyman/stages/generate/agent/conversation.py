"""The conversation of an agent: an intact log of turns, and the prompt that is a view of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from journeyman.domain.prompt import Completion, Prompt, Role, ToolResult, Turn
from journeyman.prompts import fragment
from journeyman.stages.generate.agent.folding import Fold, fold_point, last_verdict, size_tokens, story, view
from journeyman.stages.generate.agent.text import clip

_KEPT_SHARE = 0.4
"""Of the window, for the last steps, when the others are folded."""
_VERDICT_CHARACTERS = 3000


@dataclass(slots=True, kw_only=True)
class Conversation:
    """Turns are only ever added. What was sent once is a prefix of what is sent next, until a fold."""

    start: Prompt
    """Words before the turns, sampling and tools."""
    turns: list[Turn]
    window_tokens: int
    _fold: Fold = field(default_factory=Fold)
    _seen_tokens: int = 0

    def prompt(self) -> Prompt:
        """Return what to send now."""
        return replace(self.start, turns=view(self.turns, self._fold))

    def add(self, said: Completion, results: tuple[ToolResult, ...], *, text: str = "") -> None:
        """Add an answer with the results of its calls, and a word of the harness."""
        self._seen_tokens = said.usage.input_tokens + said.usage.output_tokens
        self.turns += [said.turn, Turn(role=Role.USER, text=text, results=results)]

    def say(self, text: str) -> None:
        """Add a word of the harness to its last turn."""
        last = self.turns[-1]
        self.turns[-1] = replace(last, text=f"{last.text}\n\n{text}".strip())

    async def make_room(self, files: Callable[[], Awaitable[str]]) -> None:
        """Fold the oldest steps when the view fills its window; `files` shows what was changed so far."""
        shown = view(self.turns, self._fold)
        if max(size_tokens(shown), self._seen_tokens) <= self.window_tokens:
            return
        upto = fold_point(self.turns, self._fold, keep_tokens=int(self.window_tokens * _KEPT_SHARE))
        if upto == self._fold.upto:
            return
        folded = self.turns[1:upto]
        verdict = clip(last_verdict(folded), limit=_VERDICT_CHARACTERS, narrow="Call check again for all of it.")
        text = fragment(
            "agent_folded",
            {
                "steps": story(folded),
                "verdict": f"## What the checks said last\n\n{verdict}" if verdict else "",
                "files": await files(),
            },
        )
        self._fold = Fold(upto=upto, text="\n\n" + text)
        self._seen_tokens = 0
