"""A project: a repository at a base commit, and what that commit says about how to work on it."""

from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.snapshot import Snapshot
from journeyman.ports.repository import Repository
from journeyman.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A repository at a base commit, with the settings that the base commit holds."""

    path: Path
    repository: Repository
    base: Snapshot
    settings: Settings
    notes: tuple[str, ...] = ()
    """What a person should know before a run: documented limits that apply here."""
