"""The chain: the strongest that works, said aloud; a refusal otherwise, and never nothing."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes import automatic
from journeyman.adapters.sandboxes.automatic import CHAINS, first_that_works
from journeyman.domain.command import Command, CommandResult, Ending
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import declaration_of
from journeyman.settings import load_settings
from journeyman.testing.sandboxes import FakeSandbox


@asynccontextmanager
async def works() -> AsyncIterator[object]:
    yield FakeSandbox(lambda _: CommandResult(ending=Ending.EXITED, exit_status=0, output=b"ran"))


@asynccontextmanager
async def fails(error: object) -> AsyncIterator[object]:
    if isinstance(error, Exception):
        raise error
    yield None


is_missing = partial(fails, UserError("there is no such thing", remedy="Install it."))
is_broken = partial(fails, AdapterError("it does not answer"))


async def test_the_first_that_works_is_taken_and_says_what_was_passed_over(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        chosen = await first_that_works([("a", is_missing), ("b", is_broken), ("c", works), ("d", works)], stack)
        result = await chosen.run(Command(argv=("true",), workspace=tmp_path))
    assert result.output == b"ran"
    said = declaration_of(chosen)
    assert said.passed_over == ("a: there is no such thing (Install it.)", "b: it does not answer")
    assert said.driver == "FakeSandbox"
    assert "a stronger sandbox does not work here: b: it does not answer" in said.lines


async def test_where_nothing_works_it_refuses_with_every_reason() -> None:
    async with AsyncExitStack() as stack:
        with pytest.raises(UserError, match="nothing runs without one") as caught:
            await first_that_works([("a", is_missing), ("b", is_broken)], stack)
    assert "a: there is no such thing" in caught.value.problem
    assert "b: it does not answer" in caught.value.problem


def test_none_is_in_no_chain() -> None:
    assert "none" not in {scheme for chain in CHAINS.values() for scheme in chain}


async def test_auto_really_runs_a_command_on_this_machine(tmp_path: Path) -> None:
    async with automatic.open_sandbox("", load_settings(environment={})) as sandbox:
        result = await sandbox.run(Command(argv=("sh", "-c", "id -u"), workspace=tmp_path))
        async with sandbox.warm(Command(argv=("true",), workspace=tmp_path)) as warm:
            assert (await warm.run(Command(argv=("true",), workspace=tmp_path))).exit_status == 0
    assert result.output.strip() not in {b"0", b""}
    assert result.sandbox == sandbox.declaration.driver


async def test_nothing_may_follow_the_colon() -> None:
    with pytest.raises(UserError, match="auto:none"):
        async with automatic.open_sandbox("none", load_settings(environment={})):
            raise AssertionError


def test_a_driver_that_declares_nothing_is_not_taken_for_a_strong_one() -> None:
    assert declaration_of(object()).weaker == ("it does not say what it cannot enforce",)
