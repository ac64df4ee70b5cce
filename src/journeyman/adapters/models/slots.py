"""The slots of a local server: leased between processes, and filled from prompts that were evaluated once.

A slot decodes one request. Evaluating a prompt costs more than answering it, and the server does not share an
evaluated prompt between slots; so the state of each is saved when it is new and restored wherever it is wanted next.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from journeyman.adapters.models.locks import locked, open_lock, take_now
from journeyman.domain.digest import digest_noun
from journeyman.domain.prompt import Prompt, Role, Turn

if TYPE_CHECKING:
    import httpx

_POLL_S = 0.02
_KEPT_PROMPTS = 12
"""Saved states on the disk; one of 1500 tokens has 19 MB (0.5B) or 44 MB (1.5B)."""


@dataclass(slots=True, kw_only=True)
class Slot:
    """A slot that is ours until the lease ends."""

    number: int
    holds: str
    """Key of the conversation whose state is in it, or empty."""


class Slots:
    """All slots of one server."""

    def __init__(self, http: "httpx.AsyncClient", directory: Path, *, count: int) -> None:
        """`http` speaks to the server; `directory` is where the server saves states."""
        self._http = http
        self._directory = directory
        self._count = count
        self._gate = asyncio.Semaphore(count)

    @asynccontextmanager
    async def lease(self, wanted: tuple[str, ...]) -> AsyncIterator[Slot]:
        """Wait for a free slot, rather one that holds one of the wanted conversations, the first most of all."""
        async with self._gate:
            number, descriptor = await self._take(wanted)
            slot = Slot(number=number, holds=self._read_note(number))
            try:
                # Whoever is killed here leaves no note behind to mislead the next.
                self._note(number).unlink(missing_ok=True)
                yield slot
                self._note(number).write_text(slot.holds, "utf-8")
            finally:
                os.close(descriptor)

    @asynccontextmanager
    async def evaluating(self, key: str) -> AsyncIterator[None]:
        """Let one evaluate a conversation while the others that want it wait."""
        async with locked(self._directory / f"{key}.lock"):
            yield

    async def restore(self, slot: Slot, wanted: tuple[str, ...]) -> None:
        """Put the first saved of the wanted conversations into the slot, unless it holds a better one already."""
        for key in wanted:
            if slot.holds == key:
                return
            if (self._directory / f"{key}.state").exists() and await self._act(slot, "restore", key):
                (self._directory / f"{key}.state").touch()
                slot.holds = key
                return
        slot.holds = ""

    async def save(self, slot: Slot) -> None:
        """Keep the state of the conversation that a slot holds; a failure only costs time later."""
        if await self._act(slot, "save", slot.holds):
            await asyncio.to_thread(self._prune)

    async def _take(self, wanted: tuple[str, ...]) -> tuple[int, int]:
        while True:
            ranks = {key: rank for rank, key in enumerate(wanted)}
            order = sorted(range(self._count), key=lambda number: ranks.get(self._read_note(number), len(wanted)))
            for number in order:
                descriptor = open_lock(self._directory / f"slot-{number}.lock")
                if take_now(descriptor):
                    return number, descriptor
                os.close(descriptor)
            await asyncio.sleep(_POLL_S)

    async def _act(self, slot: Slot, action: str, key: str) -> bool:
        response = await self._http.post(
            f"/slots/{slot.number}", params={"action": action}, json={"filename": f"{key}.state"}
        )
        return response.is_success

    def _note(self, number: int) -> Path:
        return self._directory / f"slot-{number}.holds"

    def _read_note(self, number: int) -> str:
        with suppress(FileNotFoundError):
            return self._note(number).read_text("utf-8")
        return ""

    def _prune(self) -> None:
        states = sorted(self._directory.glob("*.state"), key=lambda state: state.stat().st_mtime, reverse=True)
        for state in states[_KEPT_PROMPTS:]:
            state.unlink(missing_ok=True)
            state.with_suffix(".lock").unlink(missing_ok=True)


def conversation_keys(prompt: Prompt) -> tuple[str, ...]:
    """Return a key for the words of a prompt and for each of its beginnings that ends with a turn, longest first."""
    lengths = range(len(prompt.turns), 0, -1)
    return tuple(digest_noun((prompt.system, prompt.turns[:length]))[:32] for length in lengths)


def answered_key(prompt: Prompt, answer: str) -> str:
    """Return the key of a prompt's conversation continued by an answer."""
    return digest_noun((prompt.system, (*prompt.turns, Turn(role=Role.MODEL, text=answer))))[:32]
