"""Whose word it takes to do without a sandbox: a person's at this machine, never a repository's alone."""

from journeyman.domain.errors import UserError
from journeyman.settings import DRIVER_ENV, FILE_NAME, Settings

_UNCONFINED = "none"


def require_a_person(settings: Settings) -> None:
    """Check that doing without a sandbox is a person's wish.

    Raises:
        UserError: only the repository's own `journeyman.toml` asks for it.
    """
    if settings.driver_by_repository and settings.sandbox.driver.strip().partition(":")[0] == _UNCONFINED:
        raise UserError(
            f"the repository's own {FILE_NAME} asks to run without a sandbox (`{settings.sandbox.driver}`), "
            "and only a person at this machine may",
            remedy=f"Say so yourself with --driver {_UNCONFINED}: or {DRIVER_ENV}={_UNCONFINED}:, or name another "
            "driver there.",
        )
