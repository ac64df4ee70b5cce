"""Where a token comes from: an environment variable, or a command that prints it. It is held in memory only."""

import asyncio
from collections.abc import Awaitable, Callable

from journeyman.domain.errors import UserError
from journeyman.domain.service import Service
from journeyman.settings import Settings

TokenSource = Callable[[], Awaitable[str]]
"""Asked before a request; returns an empty string when there is no token."""

_COMMAND_TIMEOUT_S = 30.0
_MOST_BYTES = 64_000


def token_from(service: Service, settings: Settings) -> TokenSource:
    """Return what finds a service's token once and remembers it."""
    found: list[str] = []

    async def token() -> str:
        if not found:
            found.append(settings.secret(*service.token_env) or await _printed(service, settings))
        return found[0]

    return token


async def _printed(service: Service, settings: Settings) -> str:
    """Return what the credential command prints; what it says on standard error is the person's, not ours to repeat.

    Raises:
        UserError: it is not there, fails, or prints no token.
    """
    if not service.token_command:
        return ""
    program = service.token_command[0]
    try:
        process = await asyncio.create_subprocess_exec(
            *service.token_command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(settings.environment),
        )
    except OSError as error:
        raise UserError(f"token_command of [{service.name}] does not start: {error.strerror}", remedy=program) from None
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _COMMAND_TIMEOUT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise UserError(f"token_command of [{service.name}] takes over {_COMMAND_TIMEOUT_S:.0f} s") from None
    text = output[:_MOST_BYTES].decode("utf-8", "replace").strip()
    if process.returncode or not text or any(mark.isspace() or not mark.isprintable() for mark in text):
        raise UserError(
            f"token_command of [{service.name}] printed no token (exit status {process.returncode})",
            remedy=f"Run it yourself; {program} must print the token alone, on one line.",
        )
    return text
