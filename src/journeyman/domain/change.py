"""The change: a verified patch, made ready for people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be delivered: a tree on a base with a message and a description from evidence."""

    run: str
    base: str
    """Commit id the tree was verified against."""
    target: str
    """Branch that the change is meant for; empty when the base was not a branch."""
    tree: str
    """The very tree that the judge accepted."""
    branch: str
    title: str
    body: str
    """The pull request's text, Markdown, every claim from an event."""
    message: str
    """The whole commit message with its trailers."""
