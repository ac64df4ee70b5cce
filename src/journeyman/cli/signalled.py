"""Running a coroutine so that Ctrl-C, SIGTERM and SIGHUP end it in order: everything it started is ended first."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import TypeVar

import click

_T = TypeVar("_T")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_until_signalled(work: Coroutine[object, object, _T]) -> _T:
    """Return what the coroutine returns.

    Raises:
        click.exceptions.Exit: a signal came, and the work has been cancelled; the code is 128 + its number.
    """
    return asyncio.run(_watched(work))


async def _watched(work: Coroutine[object, object, _T]) -> _T:
    task = asyncio.ensure_future(work)
    came: list[signal.Signals] = []

    def end(number: signal.Signals) -> None:
        came.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        with suppress(ValueError, NotImplementedError, RuntimeError):  # not the main thread of a program
            loop.add_signal_handler(number, end, number)
    try:
        return await task
    except asyncio.CancelledError:
        if came:
            raise click.exceptions.Exit(128 + came[0]) from None
        raise
