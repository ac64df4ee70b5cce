"""Replay: the recorded answers of a run, given again by the step they were given in. No model is asked.

Answers are found by lineage and attempt, not by order of arrival: however the lineages of the replay interleave,
each is told what it was told. An attempt that the recorded run cut short, because another had won or a ceiling was
reached, ends here too before it counts.
"""

import difflib
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from journeyman.domain.errors import AdapterError, SpentError, UserError
from journeyman.domain.event import ChangeProposed, ModelCalled, Record, RunEnded, RunStarted, SpecIngested
from journeyman.domain.exchange import read_completion, write_completion
from journeyman.domain.plain_data import from_json
from journeyman.domain.prompt import Completion, FinishReason, Prompt
from journeyman.domain.run import Order
from journeyman.domain.spec import Spec
from journeyman.eventlog.record import prompt_text
from journeyman.ports.events import EventSource

_ATTEMPT = re.compile(r"(?P<lineage>.*/lineage-\d+)/attempt-(?P<number>\d+)(/|$)")
_SHOWN_LINES = 24
_AGAIN = "Runs of older versions did not keep all that a replay needs; run the spec again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """The first prompt that is not the one of the recording."""

    step: str
    sequence: int
    """Of the recorded call."""
    prompt_name: str
    recorded: str
    asked: str

    @property
    def lines(self) -> tuple[str, ...]:
        """What differs, as a short diff."""
        if self.recorded == self.asked:
            return ("the words are the same: sampling, the most tokens of an answer, or the schema of a tool differs",)
        pairs = (self.recorded.splitlines(), self.asked.splitlines())
        diff = list(difflib.unified_diff(*pairs, "recorded", "asked now", lineterm="", n=1))
        more = (f"... and {len(diff) - _SHOWN_LINES} more lines",) if len(diff) > _SHOWN_LINES else ()
        return (*diff[:_SHOWN_LINES], *more)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    sequence: int
    event: ModelCalled
    prompt_text: str
    completion: Completion


@dataclass(slots=True, kw_only=True)
class Replay:
    """One recorded run, ready to be gone through again. Made by `load_replay`."""

    run: str
    started: RunStarted
    ended: RunEnded
    order: Order
    """As it was given."""
    spec: Spec
    tree: str
    """Of the proposed change; empty when there was none."""
    calls: Mapping[str, list[_Call]]
    """By step; what was given is taken away."""
    cut_short: frozenset[str]
    """Steps of attempts that never counted."""
    given: int = 0
    divergences: list[Divergence] = field(default_factory=list)

    @property
    def recorded(self) -> int:
        """How many answers are left."""
        return sum(map(len, self.calls.values()))

    @property
    def divergence(self) -> Divergence | None:
        """The first in the order of the recording."""
        return min(self.divergences, key=lambda one: one.sequence, default=None)

    def model(self, step: str) -> "ReplayedModel":
        """Return the model as a step of the run has it."""
        return ReplayedModel(self, step)


@dataclass(frozen=True, slots=True)
class ReplayedModel:
    """Answers as the model of a recorded run did in the same step."""

    replay: Replay
    step: str

    @property
    def name(self) -> str:
        """The locator of what is replayed."""
        return f"replay:{self.replay.run}"

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Cost nothing: nobody is asked."""
        del input_tokens, output_tokens
        return 0.0

    async def complete(self, prompt: Prompt) -> Completion:
        """Return the recorded answer to this step's next prompt.

        Raises:
            SpentError: the recorded run ended before there was one, or before it counted.
            AdapterError: the prompt is not the recorded one.
        """
        replay = self.replay
        waiting = replay.calls.get(self.step, [])
        if not waiting:
            raise SpentError(replay.ended.reason or "the recorded run ended here", cause=replay.ended.cause or "budget")
        call = waiting.pop(0)
        if call.event.prompt_digest != prompt.digest:
            replay.divergences.append(
                Divergence(
                    step=self.step,
                    sequence=call.sequence,
                    prompt_name=prompt.name,
                    recorded=call.prompt_text,
                    asked=prompt_text(prompt),
                )
            )
            raise AdapterError(f"the `{prompt.name}` prompt of {self.step} is not the recorded one")
        replay.given += 1
        if self.step in replay.cut_short:
            raise SpentError("the recorded run ended before this attempt counted")
        return call.completion


async def load_replay(log: EventSource, run: str) -> Replay:
    """Return a run of the log, ready to be replayed.

    Raises:
        UserError: there is no such run, it has not ended, or the log does not hold all that a replay needs.
    """
    records = await log.records(run)
    if not records:
        raise UserError(f"there is no run `{run}`", remedy="See `journeyman runs list`.")
    started = next((record.event for record in records if isinstance(record.event, RunStarted)), None)
    ended = next((record.event for record in records if isinstance(record.event, RunEnded)), None)
    ingested = next((record.event for record in records if isinstance(record.event, SpecIngested)), None)
    if started is None or ended is None or ingested is None:
        raise UserError(f"run `{run}` has no beginning or no end", remedy="Replay a run that has ended.")
    spec = await log.body(ingested.spec_body) if ingested.spec_body else None
    if spec is None or not started.order:
        raise UserError(f"the log does not hold the whole order and spec of run `{run}`", remedy=_AGAIN)
    proposed = [record.event for record in records if isinstance(record.event, ChangeProposed)]
    return Replay(
        run=run,
        started=started,
        ended=ended,
        order=from_json(Order, started.order.encode()),
        spec=from_json(Spec, spec),
        tree=proposed[-1].tree if proposed else "",
        calls=await _calls(log, records),
        cut_short=_cut_short(records),
    )


async def recording_lines(log: EventSource, run: str) -> tuple[str, ...]:
    """Return the exchanges of a run as `recorded:` reads them, one JSON document each, in order.

    Raises:
        UserError: there is no such run, or a body of it was erased.
    """
    records = await log.records(run)
    if not records:
        raise UserError(f"there is no run `{run}`", remedy="See `journeyman runs list`.")
    calls = [call for step in (await _calls(log, records)).values() for call in step]
    return tuple(
        json.dumps(
            {"prompt": call.event.prompt_digest, "name": call.event.prompt_name, "completion": _fields(call)},
            sort_keys=True,
        )
        for call in sorted(calls, key=lambda call: call.sequence)
    )


def _fields(call: _Call) -> object:
    return json.loads(write_completion(call.completion))


async def _calls(log: EventSource, records: tuple[Record, ...]) -> dict[str, list[_Call]]:
    calls: defaultdict[str, list[_Call]] = defaultdict(list)
    for record in records:
        if isinstance(record.event, ModelCalled):
            text = await log.body(record.event.prompt_body)
            calls[record.key.rpartition("/")[0]].append(
                _Call(
                    sequence=record.sequence,
                    event=record.event,
                    prompt_text=(text or b"(erased)").decode("utf-8", "replace"),
                    completion=await _completion(log, record.event, record.run),
                )
            )
    return calls


async def _completion(log: EventSource, event: ModelCalled, run: str) -> Completion:
    """Return the recorded answer; older logs kept its text alone, which is all there was without tools."""
    digest = event.answer_body or event.completion_body
    body = await log.body(digest)
    if body is None:
        raise UserError(f"an answer of run `{run}` was erased ({digest[:12]})", remedy="Run the spec again.")
    if event.answer_body:
        return read_completion(json.loads(body))
    return Completion(
        text=body.decode("utf-8", "replace"),
        requested_model=event.requested_model,
        served_model=event.served_model,
        response_id=event.response_id,
        finish_reason=FinishReason(event.finish_reason),
        usage=event.usage,
        duration_s=event.duration_s,
    )


def _cut_short(records: tuple[Record, ...]) -> frozenset[str]:
    """Return the steps of attempts after which their lineage never moved again, not even to accept."""
    last: dict[str, int] = {}
    steps: dict[str, tuple[str, int]] = {}
    for record in records:
        found = _ATTEMPT.match(record.key)
        if found:
            lineage, number = found["lineage"], int(found["number"])
            last[lineage] = max(number, last.get(lineage, 0))
            steps[record.key.rpartition("/")[0]] = (lineage, number)
    return frozenset(step for step, (lineage, number) in steps.items() if number == last[lineage])
