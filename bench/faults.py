"""Thirty iterations of a tool loop against a provider that fails three calls of ten in every way it can.

    python bench/faults.py

The same script is played twice on each wire, without faults and with them. Told are whether both conversations are the
same word for word, how many calls it took, and whether an answer that had arrived was ever asked for again.
Needs `llmock` (a development dependency).
"""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from llmock.pytest_plugin import LLMock
from llmock.testing import LLMockServer

from journeyman.adapters.models.providers import find_provider, open_provider
from journeyman.adapters.models.retry import Retry
from journeyman.ports.model import LanguageModel
from journeyman.settings import load_settings
from journeyman.testing.conformance.model import OFFERED, going_on

ITERATIONS = 30
SHARE = 0.3
WIRES = {"openai": "openai", "openai-responses": "openai", "anthropic": "anthropic", "google": "gemini"}
STATUSES = (408, 409, 500, 502, 503, 529)
STREAM_FAULTS = ("truncate", "disconnect", "corrupt")
RETRY_AFTER_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What became of one run."""

    said: tuple[str, ...]
    """Calls and words of each answer, in order."""
    calls: int
    faults: Counter[str]
    repeated: int
    """Calls that had been answered whole and were made again."""
    findings: tuple[str, ...]
    """What the emulator holds against the client."""


def main() -> None:
    failed = False
    with LLMockServer() as server:
        for scheme in WIRES:
            clean = asyncio.run(play(server, scheme, share=0.0, seed=1))
            faulty = asyncio.run(play(server, scheme, share=SHARE, seed=1))
            same = clean.said == faulty.said
            failed |= not same or faulty.repeated > 0 or bool(faulty.findings)
            ways = ", ".join(f"{count} {name}" for name, count in sorted(faulty.faults.items()))
            print(f"{scheme}: {clean.calls} calls without faults, {faulty.calls} with {faulty.faults.total()}: {ways}")
            print(
                f"  same conversation: {same}; answered calls repeated: {faulty.repeated}; findings: {faulty.findings}"
            )
    sys.exit(failed)


async def play(server: LLMockServer, scheme: str, *, share: float, seed: int, iterations: int = ITERATIONS) -> Played:
    """Play the script once over one wire."""
    llmock, chance, faults = LLMock(server).reset(), random.Random(seed), Counter[str]()
    url = llmock.base_url(WIRES[scheme])
    keys = dict.fromkeys(find_provider(scheme).key_env, "k")
    settings = load_settings(f'[model]\nbase_url = "{url}"\nstream = true\n', environment=keys)
    # Pauses of our own are cut short; what the server asks for is waited out.
    retry = Retry(endpoint=scheme, first_pause_s=0.005)
    async with open_provider(scheme, "some-model", settings, retry=retry) as model:
        said = await _conversation(
            model, iterations, lambda number: _script(server, chance, faults, number, share=share, last=iterations)
        )
    whole = [record.fingerprint for record in llmock.requests if record.status < 400 and record.fault is None]
    return Played(
        said=said,
        calls=len(llmock.requests),
        faults=faults,
        repeated=len(whole) - len(set(whole)),
        findings=tuple(finding.code for finding in llmock.verdict().findings),
    )


def _script(
    server: LLMockServer, chance: random.Random, faults: Counter[str], number: int, *, share: float, last: int
) -> None:
    """Queue what happens to one iteration: perhaps a fault, then its answer."""
    # A fault between the pieces of an answer that comes in one piece does not happen: nothing of it may stay behind.
    server.state.scenarios.clear()
    llmock, times = LLMock(server), 1
    if chance.random() < share:
        name = chance.choice((*map(str, STATUSES), "429", *STREAM_FAULTS))
        faults[name] += 1
        if name == "429":
            llmock.rate_limit(retry_after=RETRY_AFTER_S)
        elif name.isdigit():
            llmock.fail(int(name))
        else:
            getattr(llmock, name)(after_chunks=1)
            times = 2
    if number == last:
        llmock.reply("done", times=times)
    else:
        llmock.call_tool("read_file", {"path": f"file{number}.py"}, times=times)


async def _conversation(model: LanguageModel, iterations: int, script: Callable[[int], None]) -> tuple[str, ...]:
    prompt, said = OFFERED, []
    for number in range(1, iterations + 1):
        script(number)
        completion = await model.complete(prompt)
        calls = [(call.name, json.loads(call.arguments)) for call in completion.calls]
        said.append(json.dumps([calls, completion.text], sort_keys=True))
        prompt = going_on(prompt, completion)
    return tuple(said)


if __name__ == "__main__":
    main()
