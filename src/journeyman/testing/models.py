"""A model for tests: scripted answers, honest usage, and a memory of what it was asked."""

from collections.abc import Callable, Iterable

from journeyman.domain.errors import AdapterError
from journeyman.domain.prompt import Completion, FinishReason, Prompt
from journeyman.domain.usage import Usage

Script = Callable[[Prompt], str | Completion] | Iterable[str | Completion]
"""A function of the prompt, or answers to be given in order."""


class ScriptedModel:
    """Answers as it is told. Raise from the function to act a failing model.

    Like a real one it cuts an answer off at `max_tokens`, counts what it was given and says, and names itself.
    A token is a word here.
    """

    def __init__(self, script: Script, *, name: str = "scripted:test") -> None:
        self._script = script if callable(script) else _in_order(script)
        self._name = name
        self.prompts: list[Prompt] = []
        """Every prompt so far, in the order asked."""

    @property
    def name(self) -> str:
        """The locator it claims to have been opened from."""
        return self._name

    async def complete(self, prompt: Prompt) -> Completion:
        """Give the scripted answer.

        Raises:
            AdapterError: no answers are left.
        """
        self.prompts.append(prompt)
        answer = self._script(prompt)
        return answer if isinstance(answer, Completion) else self._completion(prompt, answer)

    def _completion(self, prompt: Prompt, answer: str) -> Completion:
        text, cut_off = _cut(answer, prompt.max_tokens)
        words = [prompt.system, *(turn.text for turn in prompt.turns)]
        usage = Usage(
            requests=1,
            input_tokens=sum(len(part.split()) for part in words),
            output_tokens=len(text.split()),
            cost_usd=0.0,
        )
        return Completion(
            text=text,
            requested_model=self._name,
            served_model=self._name,
            response_id=f"scripted-{len(self.prompts)}",
            finish_reason=FinishReason.LENGTH if cut_off else FinishReason.STOP,
            usage=usage,
            duration_s=0.0,
        )


def _cut(answer: str, max_tokens: int) -> tuple[str, bool]:
    if len(answer.split()) <= max_tokens:
        return answer, False
    return " ".join(answer.split()[:max_tokens]), True


def _in_order(answers: Iterable[str | Completion]) -> Callable[[Prompt], str | Completion]:
    left = iter(answers)

    def script(_prompt: Prompt) -> str | Completion:
        for answer in left:
            return answer
        raise AdapterError("the script has no answers left")

    return script
