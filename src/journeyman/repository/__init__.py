"""Host-owned git: the only place that runs git, never in a tree that someone else wrote."""

from journeyman.repository.store import GitRepository, open_repository
from journeyman.repository.walk import Limits
from journeyman.repository.working_tree import WorkingTree, require_clean

__all__ = ["GitRepository", "Limits", "WorkingTree", "open_repository", "require_clean"]
