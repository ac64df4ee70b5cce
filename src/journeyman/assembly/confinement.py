"""Whose word it takes to weaken the sandbox: a person's at this machine, never a repository's alone."""

import os
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.settings import DRIVER_ENV, FILE_NAME, MOUNTS_ENV, Settings

_UNCONFINED = "none"


def require_a_person(settings: Settings) -> None:
    """Check that doing without a sandbox, or showing more of the host inside, is a person's wish.

    Raises:
        UserError: only the repository's own `journeyman.toml` asks for it.
    """
    _require_own_mounts(settings)
    if settings.driver_by_repository and settings.sandbox.driver.strip().partition(":")[0] == _UNCONFINED:
        raise UserError(
            f"the repository's own {FILE_NAME} asks to run without a sandbox (`{settings.sandbox.driver}`), "
            "and only a person at this machine may",
            remedy=f"Say so yourself with --driver {_UNCONFINED}: or {DRIVER_ENV}={_UNCONFINED}:, or name another "
            "driver there.",
        )


def _require_own_mounts(settings: Settings) -> None:
    """A mount is read-only, but what is read can be printed into a prompt, and a socket can be spoken to."""
    named = [_plain(path) for path in settings.environment.get(MOUNTS_ENV, "").split(os.pathsep) if path]
    for source in settings.sandbox.mounts:
        if not any(_plain(source).is_relative_to(folder) for folder in named):
            raise UserError(
                f"the repository's own {FILE_NAME} asks to show `{source}` of this machine in the sandbox, and only "
                "a person at this machine may",
                remedy=f"If it holds nothing secret, say so outside the repository: {MOUNTS_ENV}={source}",
            )


def _plain(path: str) -> Path:
    return Path(os.path.realpath(path))
