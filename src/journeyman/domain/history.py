"""The past of a project: what was said when which files changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChange:
    """One commit, as far as searching needs it."""

    commit: str
    message: str
    paths: tuple[str, ...]
    """The files it touched, sorted."""
