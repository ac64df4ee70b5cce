"""The codebase, searchable: walk, cut into chunks, count words, embed, rank."""

from journeyman.retrieval.index import Built, CodebaseIndex, Hit

__all__ = ["Built", "CodebaseIndex", "Hit"]
