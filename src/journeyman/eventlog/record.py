"""The recorder: wraps a port, does what it does, and writes down what happened."""

import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.choice import BehaviourSeen
from journeyman.domain.command import Command, CommandResult
from journeyman.domain.context import Query, Snippet
from journeyman.domain.event import (
    BaselineMeasured,
    CandidateVerified,
    CodeFound,
    CommandRan,
    ModelCalled,
    SnippetUsed,
)
from journeyman.domain.exchange import write_completion
from journeyman.domain.prompt import Completion, Prompt, Turn
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.verification import Baseline, Ground, TestOutcome, TestResult, Verification
from journeyman.ports.events import Step
from journeyman.ports.index import CodeIndex
from journeyman.ports.judge import Judge
from journeyman.ports.model import LanguageModel, most_cost_usd
from journeyman.ports.sandbox import Listener, Sandbox, can_layer

_SHOWN_QUERY = 2000


class RecordedModel:
    """Writes down every answer of a model, with what it was asked."""

    def __init__(self, model: LanguageModel, step: Step) -> None:
        self._model = model
        self._step = step

    @property
    def name(self) -> str:
        """The locator of the model within."""
        return self._model.name

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Return what the model within says."""
        return most_cost_usd(self._model, input_tokens=input_tokens, output_tokens=output_tokens)

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer as the model within does."""
        completion = await self._model.complete(prompt)
        await self._step.append(
            ModelCalled(
                prompt_name=prompt.name,
                prompt_digest=prompt.digest,
                prompt_body=await self._step.keep(_bytes(prompt_text(prompt))),
                completion_body=await self._step.keep(_bytes(completion.text)),
                requested_model=completion.requested_model,
                served_model=completion.served_model,
                response_id=completion.response_id,
                finish_reason=completion.finish_reason.value,
                temperature=prompt.temperature,
                seed=prompt.seed,
                usage=completion.usage,
                duration_s=completion.duration_s,
                answer_body=await self._step.keep(write_completion(completion)),
            )
        )
        return completion


class RecordedIndex:
    """Writes down what was looked for in the code, and every place that was found."""

    def __init__(self, index: CodeIndex, step: Step) -> None:
        self._index = index
        self._step = step

    async def search(self, snapshot: Snapshot, query: Query) -> tuple[Snippet, ...]:
        """Search as the index within does."""
        found = await self._index.search(snapshot, query)
        return await self._told("search", query.text, snapshot, found)

    async def symbols(self, snapshot: Snapshot, name: str, *, limit: int = 40) -> tuple[Snippet, ...]:
        """Find definitions as the index within does."""
        return await self._told("symbols", name, snapshot, await self._index.symbols(snapshot, name, limit=limit))

    async def references(self, snapshot: Snapshot, name: str, *, limit: int = 200) -> tuple[Snippet, ...]:
        """Find uses as the index within does."""
        found = await self._index.references(snapshot, name, limit=limit)
        return await self._told("references", name, snapshot, found)

    async def _told(
        self, lookup: str, query: str, snapshot: Snapshot, found: tuple[Snippet, ...]
    ) -> tuple[Snippet, ...]:
        used = tuple(SnippetUsed.of(snippet) for snippet in found)
        event = CodeFound(lookup=lookup, query=query[:_SHOWN_QUERY], tree=snapshot.tree, snippets=used)
        await self._step.append(event)
        return found


class RecordedSandbox:
    """Writes down every command and how it ended."""

    def __init__(self, sandbox: Sandbox, step: Step) -> None:
        self._sandbox = sandbox
        self._step = step

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run a command as the sandbox within does."""
        result = await self._sandbox.run(command, listener=listener)
        await self._step.append(
            CommandRan(
                argv=command.argv,
                ending=result.ending.value,
                exit_status=result.exit_status,
                duration_s=result.duration_s,
                output_body=await self._step.keep(result.output),
                sandbox=result.sandbox,
                requests=result.requests,
            )
        )
        return result

    async def layers(self) -> bool:
        """Say what the sandbox within says."""
        return await can_layer(self._sandbox)

    @asynccontextmanager
    async def warm(self, world: Command) -> AsyncIterator[Sandbox]:
        """Hold a warm sandbox whose commands are written down too."""
        async with self._sandbox.warm(world) as sandbox:
            yield RecordedSandbox(sandbox, self._step)


class RecordedJudge:
    """Writes down what the judge measured and what it said."""

    def __init__(self, judge: Judge, step: Step) -> None:
        self._judge = judge
        self._step = step

    async def baseline(self, ground: Ground) -> Baseline:
        """Measure as the judge within does."""
        baseline = await self._judge.baseline(ground)
        failing = {TestOutcome.FAILED, TestOutcome.ERROR}
        await self._step.append(
            BaselineMeasured(
                tests=len(baseline.results),
                passed=len(_passed(baseline.results)),
                failed=tuple(result.node_id for result in baseline.results if result.outcome in failing),
                unstable=baseline.unstable,
                duration_s=baseline.duration_s,
            )
        )
        return baseline

    async def judge(self, ground: Ground, baseline: Baseline, candidate: Candidate) -> Verification:
        """Judge as the judge within does."""
        began = time.monotonic()
        verification = await self._judge.judge(ground, baseline, candidate)
        passed = _passed(verification.results)
        await self._step.append(
            CandidateVerified(
                candidate=verification.candidate,
                tree=verification.tree,
                verdict=verification.verdict.value,
                tests=len({result.node_id for result in verification.results}),
                passed=len(passed),
                newly_passing=tuple(sorted(passed - _passed(baseline.results))),
                findings=verification.findings,
                duration_s=round(time.monotonic() - began, 3),
            )
        )
        return verification

    async def likeness(self, ground: Ground, candidate: Candidate) -> str:
        """Digest as the judge within does; nothing happens that would be worth a record."""
        return await self._judge.likeness(ground, candidate)

    async def behaviour(
        self, ground: Ground, candidates: Sequence[Candidate], probes: Sequence[Probe]
    ) -> tuple[Behaviour, ...]:
        """Ask as the judge within does, and write down who answered what."""
        found = await self._judge.behaviour(ground, candidates, probes)
        sources = {probe.id: probe.source for probe in probes}
        for one in found:
            told = {name: {"source": sources.get(name, ""), "answer": answer} for name, answer in one.answers.items()}
            body = await self._step.keep(json.dumps(told, sort_keys=True, indent=1).encode())
            await self._step.append(BehaviourSeen(candidate=one.candidate, answers=len(one.answers), body=body))
        return found


def prompt_text(prompt: Prompt) -> str:
    """Return a prompt as a person reads it: every speaker's name over what is said, asked for and answered."""
    offered = [("tools", "\n".join(tool.name for tool in prompt.tools))] if prompt.tools else []
    said = [("system", prompt.system), *offered, *(part for turn in prompt.turns for part in _said(turn))]
    return "\n\n".join(f"--- {speaker} ---\n{text}" for speaker, text in said)


def _said(turn: Turn) -> Iterator[tuple[str, str]]:
    for result in turn.results:
        yield f"{result.name}{' failed' if result.failed else ''}", result.text
    if turn.text or not (turn.results or turn.calls):
        yield turn.role.value, turn.text
    for call in turn.calls:
        yield f"{turn.role.value} calls {call.name}", call.arguments


def _passed(results: tuple[TestResult, ...]) -> set[str]:
    return {result.node_id for result in results if result.outcome is TestOutcome.PASSED}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
