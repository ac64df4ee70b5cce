"""An installation token of a GitHub App: for one repository, with the rights of a delivery, gone within the hour.

It is minted when the first request is made, which is after the log has cleared the delivery. It has no right to
workflow files, so GitHub itself refuses a push that changes one.
"""

import asyncio
import time
from pathlib import Path

from journeyman.adapters.forges.hosted import number_of, text_of
from journeyman.adapters.http import TokenSource, open_service
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.service import Service
from journeyman.settings import Settings

PERMISSIONS = {"contents": "write", "pull_requests": "write", "issues": "write", "actions": "write", "checks": "read"}
_LIFE_S = 540
"""Of the app's own assertion; GitHub takes at most ten minutes."""
_SKEW_S = 60
_REMEMBERED_S = 3000
"""Of an installation token, which lives for an hour."""


def installation_token(service: Service, settings: Settings, *, owner: str, name: str) -> TokenSource:
    """Return what mints the token for one repository when it is first asked for, and again when it grows old."""
    held: list[tuple[float, str]] = []

    async def token() -> str:
        if not held or time.monotonic() - held[-1][0] > _REMEMBERED_S:
            held[:] = [(time.monotonic(), await _mint(service, settings, owner, name))]
        return held[-1][1]

    return token


async def _mint(service: Service, settings: Settings, owner: str, name: str) -> str:
    assertion = await asyncio.to_thread(app_assertion, service.app_id, Path(service.app_key_file), int(time.time()))

    async def proof() -> str:
        return assertion

    async with open_service(service, settings, token=proof) as client:
        found = (await client.ask("GET", f"/repos/{owner}/{name}/installation")).body
        path = f"/app/installations/{number_of(found, 'id')}/access_tokens"
        body = {"repositories": [name], "permissions": PERMISSIONS}
        token = text_of((await client.ask("POST", path, body=body)).body, "token")
    if not token:
        raise AdapterError(f"{service.title} answered with something that is no installation token")
    return token


def app_assertion(app_id: str, key_file: Path, now_s: int) -> str:
    """Return the signed statement (JWT, RS256) that one is the app, good for nine minutes.

    Raises:
        UserError: the key cannot be read, is no RSA key, or the package that signs is not installed.
    """
    try:
        import jwt
        from cryptography.exceptions import UnsupportedAlgorithm
    except ImportError as error:
        raise UserError(
            "a GitHub App needs a package that is not installed", remedy="pip install 'journeyman[github-app]'"
        ) from error
    try:
        key = key_file.read_text("ascii")
        return jwt.encode({"iat": now_s - _SKEW_S, "exp": now_s + _LIFE_S, "iss": app_id}, key, algorithm="RS256")
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm, jwt.PyJWTError):
        # What a parser says of a key may hold some of it.
        raise UserError(
            f"app_key_file of [github] cannot be used: {key_file}",
            remedy="It must be the PEM file that GitHub gave for the app.",
        ) from None
