"""The codebase, searchable: walk, cut into chunks, count words, rank."""

from journeyman.retrieval.index import LexicalIndex

__all__ = ["LexicalIndex"]
