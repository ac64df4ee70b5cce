"""`local:NAME` and `local:/path/to/file.gguf`: a real model on this machine, with no key and no cost."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from journeyman.adapters.models.catalog import find_model
from journeyman.adapters.models.chat import open_chat
from journeyman.adapters.models.endpoint import Endpoint
from journeyman.adapters.models.server import Server, prompts_directory, reach_server, shared_server
from journeyman.adapters.models.serving import Serving, plan_serving
from journeyman.adapters.models.slots import Slot, Slots, conversation
from journeyman.adapters.models.weights import Weights, find_file, find_weights
from journeyman.domain.errors import AdapterError
from journeyman.domain.prompt import Completion, Prompt
from journeyman.domain.usage import Usage
from journeyman.settings import Settings


class LocalModel:
    """A model on this machine. Prompts with the same words are evaluated once, however many ask and how they sample."""

    def __init__(self, rest: str, serving: Serving, settings: Settings, stack: AsyncExitStack) -> None:
        """`stack` closes what is opened here."""
        self._rest = rest
        self._serving = serving
        self._settings = settings
        self._stack = stack
        self._connecting = asyncio.Lock()

    @property
    def name(self) -> str:
        """The locator it was opened from."""
        return f"local:{self._rest}"

    @property
    def server(self) -> Server:
        """The server that answers now."""
        return self._server

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Cost nothing: it runs on this machine."""
        del input_tokens, output_tokens
        return 0.0

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer one prompt; if the server was lost, with a new one.

        Raises:
            AdapterError: no answer; `retryable` when it may pass.
        """
        server = self._server
        try:
            return await self._complete(prompt)
        except AdapterError as error:
            if not error.retryable or not await self._reconnect(server):
                raise
            return await self._complete(prompt)

    async def connect(self, server: Server) -> None:
        """Speak to this server from now on."""
        import httpx

        endpoint = Endpoint(
            locator=self.name,
            model=self._serving.model_name,
            base_url=server.base_url,
            key=server.token,
            timeout_s=self._settings.model.timeout_s,
            price_url="",
            continues=True,
        )
        wire = await self._stack.enter_async_context(open_chat(endpoint))
        http = httpx.AsyncClient(
            base_url=server.base_url.removesuffix("/v1"),
            headers={"Authorization": f"Bearer {server.token}"},
            timeout=self._settings.model.timeout_s,
        )
        await self._stack.enter_async_context(http)
        slots = Slots(http, prompts_directory(self._serving, self._settings), count=self._serving.slots)
        self._server, self._wire, self._slots = server, wire, slots

    async def _reconnect(self, lost: Server) -> bool:
        """Tell whether there is another server than the one that was lost, starting it if need be."""
        async with self._connecting:
            if self._server is lost:
                server = await reach_server(self._serving, self._settings)
                if server != lost:
                    await self.connect(server)
            return self._server is not lost

    async def _complete(self, prompt: Prompt) -> Completion:
        started = time.monotonic()
        async with self._slots.lease(conversation(prompt)) as slot:
            evaluated = await self._fill(slot, prompt)
            completion = await self._ask(prompt, slot)
            slot.holds = conversation(prompt, completion.turn)
        usage = completion.usage
        if evaluated is not None:
            # What was evaluated for this request a moment ago was not read from a cache.
            usage = dataclasses.replace(usage, cached_tokens=evaluated.cached_tokens)
        return dataclasses.replace(completion, usage=usage, duration_s=time.monotonic() - started)

    async def _fill(self, slot: Slot, prompt: Prompt) -> Usage | None:
        """Get the evaluated prompt into the slot; return what it took if it was evaluated here."""
        wanted = conversation(prompt)
        if await self._slots.restore(slot, wanted):
            return None
        async with self._slots.evaluating():
            if await self._slots.restore(slot, wanted):
                return None
            evaluated = await self._ask(dataclasses.replace(prompt, max_tokens=1), slot)
            slot.holds = wanted
            await self._slots.save(slot)
            return evaluated.usage

    async def _ask(self, prompt: Prompt, slot: Slot) -> Completion:
        return await self._wire.ask(prompt, extra_body={"id_slot": slot.number, "cache_prompt": True})


@asynccontextmanager
async def open_model(rest: str, settings: Settings) -> AsyncIterator[LocalModel]:
    """Open a local model: lease its server, which all concurrent runs on this machine share.

    Raises:
        UserError: an unknown name, or weights that are absent or damaged.
        AdapterError: the server did not start.
    """
    weights = await asyncio.to_thread(resolve_weights, rest, settings)
    serving = plan_serving(weights, settings.model)
    async with shared_server(serving, settings) as server, AsyncExitStack() as stack:
        model = LocalModel(rest, serving, settings, stack)
        await model.connect(server)
        yield model


def resolve_weights(rest: str, settings: Settings) -> Weights:
    """Return the weights that the rest of a `local:` locator names.

    Raises:
        UserError: an unknown name, or a file that is absent, damaged or not GGUF.
    """
    if "/" in rest or rest.endswith(".gguf"):
        return find_file(Path(rest).expanduser(), settings.cache_dir)
    return find_weights(find_model(rest), settings.cache_dir)
