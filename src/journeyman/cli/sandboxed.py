"""What `journeyman sandbox run` does, and how it tells it."""

import asyncio
import base64
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from journeyman.adapters.sandboxes.care import Mended, cared_for, check_workspace
from journeyman.adapters.sandboxes.mounts import same_path
from journeyman.assembly import open_sandbox
from journeyman.cli.signalled import run_until_signalled
from journeyman.domain.command import Command, CommandResult, Ending, Limits, Network
from journeyman.domain.errors import UserError
from journeyman.ports.sandbox import declaration_of
from journeyman.settings import Settings, load_settings

_MIB = 2**20
_TOLD_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that was run over a person's directory."""

    command: Command
    result: CommandResult
    mended: tuple[Mended, ...]
    noticed: tuple[Mended, ...]


def run_command(command: Command, *, driver: str, shown: Sequence[Path], echo: bool) -> Ran:
    """Run a command over a person's directory, with `shown` beside it; `echo` prints its output.

    Raises:
        UserError: the workspace or the driver cannot be used.
        AdapterError: the sandbox could not be made.
    """
    mounts = tuple(same_path(path.absolute()) for path in shown)
    command = replace(command, mounts=mounts)
    return run_until_signalled(_run(command, load_settings().with_driver(driver), echo=echo))


async def _run(command: Command, settings: Settings, *, echo: bool) -> Ran:
    workspace = check_workspace(command.workspace, home=Path.home())
    command = replace(command, workspace=workspace)
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(settings, stack)
        said = declaration_of(sandbox)
        if said.passed_over or not said.confined:
            for line in said.lines:
                click.echo(f"journeyman: {line}", err=True)
        shown = (*command.mounts, *map(same_path, map(Path, settings.sandbox.mounts)))
        with cared_for(workspace, shown=shown) as care:
            result = await sandbox.run(command, listener=_print if echo else None)
    return Ran(command=command, result=result, mended=tuple(care.mended), noticed=tuple(care.noticed))


def network_of(text: str) -> Network:
    """Return what `--net` asks for.

    Raises:
        UserError: it is neither `none` nor `allow:` and names.
    """
    if text == "none":
        return Network()
    kind, _, names = text.partition(":")
    hosts = tuple(name.strip() for name in names.split(",") if name.strip())
    if kind != "allow" or not hosts:
        raise UserError(f"--net {text!r} is not known", remedy="Write --net none, or --net allow:pypi.org,example.org.")
    return Network(allow=hosts)


def described(ran: Ran) -> dict[str, object]:
    """Return everything about a run as plain data."""
    result = ran.result
    return {
        "argv": list(ran.command.argv),
        "ending": result.ending.value,
        "exit_status": result.exit_status,
        "duration_s": round(result.duration_s, 4),
        "output": result.output.decode("utf-8", "replace"),
        "output_base64": base64.b64encode(result.output).decode(),
        "limits": asdict(ran.command.limits),
        "driver": result.sandbox,
        "network": {"allow": list(ran.command.network.allow), "requests": [asdict(item) for item in result.requests]},
        "mended": [asdict(item) for item in ran.mended],
        "noticed": [asdict(item) for item in ran.noticed],
    }


def ending_line(ran: Ran) -> str:
    """Return one line that says how a command ended, and why."""
    result, limits = ran.result, ran.command.limits
    why = {
        Ending.EXITED: f"with status {result.exit_status}",
        Ending.TIMED_OUT: f"the limit is {_times(limits)}",
        Ending.OUT_OF_MEMORY: f"the limit is {limits.memory_bytes / _MIB:g} MiB",
        Ending.DISK_FULL: f"the limit is {limits.disk_bytes / _MIB:g} MiB and {limits.new_files} files",
        Ending.TOO_MANY_PROCESSES: f"the limit is {limits.processes} processes and threads",
        Ending.OUTPUT_TRUNCATED: f"the limit is {limits.output_bytes / _MIB:g} MiB",
        Ending.KILLED: "by somebody outside",
    }
    return f"journeyman: {result.ending} ({why[result.ending]}) after {result.duration_s:.2f} s in {result.sandbox}"


def remarks(ran: Ran) -> list[str]:
    """Return a line for each thing that was mended or noticed in the directory, and how many more there are."""
    told = (*ran.mended, *(replace(item, what=f"left as it is: {item.what}") for item in ran.noticed))
    # Names were chosen by untrusted code: no control character reaches a terminal.
    lines = [f"journeyman: {item.path!a} {ascii(item.what)[1:-1]}" for item in told[:_TOLD_MAX]]
    return lines if len(told) <= _TOLD_MAX else [*lines, f"journeyman: and {len(told) - _TOLD_MAX} more (--json)"]


def _times(limits: Limits) -> str:
    cpu = "" if limits.cpu_time_s is None else f", or {limits.cpu_time_s:g} s of CPU time"
    return f"{limits.wall_time_s:g} s{cpu}"


async def _print(output: bytes) -> None:
    """Write output as it is; on a terminal without the characters that would steer it."""

    def write() -> None:
        sys.stdout.buffer.write(visible(output) if sys.stdout.isatty() else output)
        sys.stdout.buffer.flush()

    # In a thread: a reader that has stopped reading must not keep a signal from ending the command.
    await asyncio.to_thread(write)


def visible(output: bytes) -> bytes:
    """Return text in which control characters, but for line ends and tabs, are shown and not obeyed."""
    text = output.decode("utf-8", "replace")
    shown = (char if char.isprintable() or char in "\n\t\r" else f"\\x{ord(char):02x}" for char in text)
    return "".join(shown).encode()
