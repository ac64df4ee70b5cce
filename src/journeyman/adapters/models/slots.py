"""The slots of a local server: leased between processes, and filled from prompts that were evaluated before.

A slot decodes one request. Evaluating a prompt costs more than answering it, and the server does not share evaluated
prompts between slots; so each state is saved when it is new, and restored wherever a prompt begins in the same way.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from journeyman.adapters.models.locks import locked, open_lock, take_now
from journeyman.domain.digest import digest_bytes
from journeyman.domain.prompt import Prompt, Turn

if TYPE_CHECKING:
    import httpx

_POLL_S = 0.02
_KEPT_STATES = 8
"""On the disk; one of 1500 tokens has 19 MB (0.5B) or 44 MB (1.5B)."""
_WORTH_CHARS = 400
"""Restoring a state takes as long as evaluating about this much text."""


@dataclass(slots=True, kw_only=True)
class Slot:
    """A slot that is ours until the lease ends."""

    number: int
    holds: str
    """The conversation whose state is in it, or empty."""


class Slots:
    """All slots of one server."""

    def __init__(self, http: "httpx.AsyncClient", directory: Path, *, count: int) -> None:
        """`http` speaks to the server; `directory` is where the server saves states."""
        self._http = http
        self._directory = directory
        self._count = count
        self._gate = asyncio.Semaphore(count)

    @asynccontextmanager
    async def lease(self, conversation: str) -> AsyncIterator[Slot]:
        """Wait for a free slot; of several, take the one that holds most of the conversation."""
        async with self._gate:
            number, descriptor = await self._take(conversation)
            slot = Slot(number=number, holds=self._read_note(number))
            try:
                # Whoever is killed here leaves no note behind to mislead the next.
                self._note(number).unlink(missing_ok=True)
                yield slot
                self._note(number).write_text(slot.holds, "utf-8", "surrogatepass")
            finally:
                os.close(descriptor)

    @asynccontextmanager
    async def evaluating(self) -> AsyncIterator[None]:
        """Let one prompt be evaluated at a time: the next may find most of its work done."""
        async with locked(self._directory / "evaluating.lock"):
            yield

    async def restore(self, slot: Slot, conversation: str) -> bool:
        """Put the saved state that is most of the conversation into the slot, unless the slot is as good already.

        Return whether the slot now holds the whole conversation.
        """
        states = await asyncio.to_thread(self._saved)
        best = max(states, key=lambda text: _shared(text, conversation), default="")
        if _shared(best, conversation) > _shared(slot.holds, conversation) + _WORTH_CHARS or (
            best == conversation and not slot.holds.startswith(conversation)
        ):
            slot.holds = best if await self._act(slot, "restore", states[best].name) else ""
        return slot.holds.startswith(conversation)

    async def save(self, slot: Slot) -> None:
        """Keep the state of the conversation that a slot holds; a failure only costs time later."""
        name = digest_bytes(slot.holds.encode("utf-8", "surrogatepass"))[:32]
        if await self._act(slot, "save", f"{name}.state"):
            await asyncio.to_thread(self._describe, name, slot.holds)

    async def _take(self, conversation: str) -> tuple[int, int]:
        while True:
            shared = [_shared(self._read_note(number), conversation) for number in range(self._count)]
            for number in sorted(range(self._count), key=lambda number: -shared[number]):
                descriptor = open_lock(self._directory / f"slot-{number}.lock")
                if take_now(descriptor):
                    return number, descriptor
                os.close(descriptor)
            await asyncio.sleep(_POLL_S)

    async def _act(self, slot: Slot, action: str, state: str) -> bool:
        import httpx

        asked = self._http.post(f"/slots/{slot.number}", params={"action": action}, json={"filename": state})
        try:
            return (await asked).is_success
        except httpx.TransportError:
            # A server that is gone is noticed by the question itself, and replaced.
            return False

    def _saved(self) -> dict[str, Path]:
        """Return the saved states by conversation."""
        found = {}
        for text in self._directory.glob("*.text"):
            with suppress(FileNotFoundError):
                found[text.read_text("utf-8", "surrogatepass")] = text.with_suffix(".state")
        return found

    def _describe(self, name: str, conversation: str) -> None:
        """Say what a state holds, once it is whole, and drop the oldest."""
        draft = self._directory / f"{name}.draft"
        draft.write_text(conversation, "utf-8", "surrogatepass")
        draft.rename(draft.with_suffix(".text"))
        texts = sorted(self._directory.glob("*.text"), key=lambda text: text.stat().st_mtime, reverse=True)
        for text in texts[_KEPT_STATES:]:
            text.unlink(missing_ok=True)
            text.with_suffix(".state").unlink(missing_ok=True)

    def _note(self, number: int) -> Path:
        return self._directory / f"slot-{number}.holds"

    def _read_note(self, number: int) -> str:
        with suppress(FileNotFoundError):
            return self._note(number).read_text("utf-8", "surrogatepass")
        return ""


def conversation(prompt: Prompt, answer: Turn | None = None) -> str:
    """Return the words of a prompt, and of the answer to it, as one text: what begins alike is evaluated alike."""
    turns = prompt.turns if answer is None else (*prompt.turns, answer)
    tools = (f"{tool.name}\0{tool.description}\0{tool.parameters}" for tool in prompt.tools)
    return "\0".join([prompt.system, *tools, *(_words(turn) for turn in turns)])


def _words(turn: Turn) -> str:
    calls = (f"\0{call.name}\0{call.arguments}" for call in turn.calls)
    results = (f"\0{result.name}\0{result.text}" for result in turn.results)
    return "".join([f"{turn.role}\0{turn.text}", *calls, *results])


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike; prefixes are monotone, so bisecting finds out."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
