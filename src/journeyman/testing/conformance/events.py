"""What every event log must do. Subclass it in a test module that has an async fixture `log`."""

import asyncio
from datetime import datetime, timedelta

from journeyman.domain.digest import digest_bytes
from journeyman.domain.event import ModelCalled, MoveChosen, Record, RunEnded
from journeyman.domain.usage import Usage
from journeyman.ports.events import EventLog, Step
from journeyman.testing.events import seal

RUN = "20261122-153012-abcdefg"
OTHER_RUN = "20261122-153013-abcdefg"


def move(reason: str) -> MoveChosen:
    """Return a small fact."""
    return MoveChosen(lineage=1, move="repair", reason=reason)


def ended() -> RunEnded:
    """Return the fact that ends a run."""
    return RunEnded(
        outcome="abandoned", cause="attempts", reason="none passed", attempts=3, usage=Usage(requests=3), duration_s=2.0
    )


class EventLogConformance:
    """The promises of `ports.events.EventLog`, each as a test that takes the fixture `log`."""

    async def test_records_come_back_in_order(self, log: EventLog) -> None:
        """What was appended is read back, numbered from zero without gaps."""
        sink = log.run(RUN)
        written = [await sink.append(move(str(number)), key=f"step/{number}") for number in range(5)]
        assert await log.records(RUN) == tuple(written)
        assert [record.sequence for record in written] == [0, 1, 2, 3, 4]
        assert [record.event for record in written] == [move(str(number)) for number in range(5)]

    async def test_records_after_a_sequence(self, log: EventLog) -> None:
        """Reading goes on where the reader stopped."""
        sink = log.run(RUN)
        for number in range(4):
            await sink.append(move(str(number)), key=str(number))
        assert [record.sequence for record in await log.records(RUN, after=1)] == [2, 3]
        assert await log.records(RUN, after=3) == ()

    async def test_a_repeated_key_appends_nothing(self, log: EventLog) -> None:
        """The first record under a key wins, whatever the repeat says."""
        sink = log.run(RUN)
        first = await sink.append(move("first"), key="step/0")
        await sink.append(move("between"), key="step/1")
        again = await log.run(RUN).append(move("again"), key="step/0")
        assert again == first
        assert len(await log.records(RUN)) == 2

    async def test_runs_are_apart_and_newest_first(self, log: EventLog) -> None:
        """Keys, sequences and chains belong to one run."""
        first = await log.run(RUN).append(move("a"), key="step/0")
        second = await log.run(OTHER_RUN).append(move("b"), key="step/0")
        assert await log.runs() == (OTHER_RUN, RUN)
        assert (first.sequence, second.sequence) == (0, 0)
        assert await log.records(RUN) == (first,)

    async def test_an_unknown_run_is_empty(self, log: EventLog) -> None:
        """Nothing is there before the first record, and asking makes nothing."""
        assert await log.records("nowhere") == ()
        assert await log.runs() == ()

    async def test_the_chain(self, log: EventLog) -> None:
        """Each record is sealed by the rule and holds the digest of the one before."""
        sink = log.run(RUN)
        usage = Usage(requests=1, input_tokens=12, output_tokens=3, cost_usd=None)
        for number in range(3):
            await sink.append(move(f"naïve\n{number}"), key=str(number))
        await sink.append(_model_called(usage), key="3")
        records = await log.records(RUN)
        assert [record.previous for record in records] == ["0" * 64, *(record.digest for record in records[:-1])]
        assert [record.digest for record in records] == [seal(record) for record in records]

    async def test_times_are_utc_with_microseconds(self, log: EventLog) -> None:
        """`at` is ISO 8601 with `Z` and never runs backwards within a run."""
        sink = log.run(RUN)
        for number in range(3):
            await sink.append(move("x"), key=str(number))
        times = [record.at for record in await log.records(RUN)]
        assert all(len(at) == len("2026-11-22T15:30:12.000000Z") for at in times)
        assert all(datetime.fromisoformat(at).utcoffset() == timedelta(0) for at in times)
        assert times == sorted(times)

    async def test_bodies_are_kept_by_digest(self, log: EventLog) -> None:
        """Any bytes come back by their SHA-256; keeping twice is keeping once."""
        body = bytes(range(256)) * 5
        digest = await log.run(RUN).keep(body)
        assert digest == digest_bytes(body)
        assert await log.run(OTHER_RUN).keep(body) == digest
        assert await log.body(digest) == body
        assert await log.body(await log.run(RUN).keep(b"")) == b""
        assert await log.body(digest_bytes(b"never kept")) is None

    async def test_many_writers_at_once(self, log: EventLog) -> None:
        """Concurrent appends make one chain without gaps, each fact once."""
        keys = [f"lineage-{number % 20}/0" for number in range(40)]
        await asyncio.gather(*(log.run(RUN).append(move(key), key=key) for key in keys))
        records = await log.records(RUN)
        assert sorted(record.key for record in records) == sorted(set(keys))
        assert [record.sequence for record in records] == list(range(20))
        assert [record.previous for record in records[1:]] == [record.digest for record in records[:-1]]

    async def test_tail_follows_to_the_end(self, log: EventLog) -> None:
        """A follower sees what is there and what comes, and stops with the run."""
        sink = log.run(RUN)
        await sink.append(move("before"), key="0")
        follower = asyncio.create_task(_all_of(log, after=-1))
        await asyncio.sleep(0)
        await sink.append(move("while"), key="1")
        await sink.append(ended(), key="2")
        assert await asyncio.wait_for(follower, 10) == await log.records(RUN)

    async def test_tail_of_an_ended_run(self, log: EventLog) -> None:
        """Following a run that is over, even from its last record, ends at once."""
        sink = log.run(RUN)
        await sink.append(move("only"), key="0")
        last = await sink.append(ended(), key="1")
        assert await asyncio.wait_for(_all_of(log, after=0), 10) == (last,)
        assert await asyncio.wait_for(_all_of(log, after=last.sequence), 10) == ()

    async def test_a_repeated_step_appends_once(self, log: EventLog) -> None:
        """The same steps in the same order write the same keys, whichever process runs them."""
        for _ in range(2):
            lineage = Step(log.run(RUN), "lineage-1")
            for attempt in (1, 2):
                step = lineage.child(f"attempt-{attempt}")
                await step.append(move("a"))
                await step.append(move("b"))
        keys = [record.key for record in await log.records(RUN)]
        assert keys == [f"lineage-1/attempt-{attempt}/{ordinal}" for attempt in (1, 2) for ordinal in (0, 1)]


async def _all_of(log: EventLog, *, after: int) -> tuple[Record, ...]:
    return tuple([record async for record in log.tail(RUN, after=after)])


def _model_called(usage: Usage) -> ModelCalled:
    return ModelCalled(
        prompt_name="generate",
        prompt_digest="a" * 64,
        prompt_body="b" * 64,
        completion_body="c" * 64,
        requested_model="local:qwen",
        served_model="qwen",
        response_id="1",
        finish_reason="stop",
        temperature=0.0,
        seed=None,
        usage=usage,
        duration_s=1.5,
    )
