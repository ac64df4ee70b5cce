"""The codebase, searchable: walk, cut into chunks, count words, embed, rank."""

from journeyman.retrieval.index import CodebaseIndex
from journeyman.retrieval.results import Built, Hit

__all__ = ["Built", "CodebaseIndex", "Hit"]
