"""Syntax trees of languages that have no parser in Python's standard library, by their tree-sitter grammars."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """Where a parser is, and what in its trees is not code."""

    module: str
    function: str = "language"
    comments: frozenset[str] = frozenset({"comment"})


def parse(grammar: Grammar, content: bytes) -> "Node | None":
    """Return the root of a file's tree; None when the file is not of the language, as far as the grammar knows."""
    from tree_sitter import Parser

    root = Parser(_language(grammar)).parse(content).root_node
    return None if root.has_error else root


def shape(node: "Node", grammar: Grammar, *, without: "Node | None" = None) -> tuple[object, ...]:
    """Return what makes two nodes the same code: every type and every leaf's text, comments and spaces apart.

    Args:
        node: the one to look at.
        grammar: says what a comment is.
        without: a node below it whose inside is left out.
    """
    found: list[object] = []
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here.type in grammar.comments:
            continue
        if without is not None and here.id == without.id:
            found.append("...")
        elif here.child_count:
            found.append((here.type, here.child_count - sum(child.type in grammar.comments for child in here.children)))
            waiting += reversed(here.children)
        else:
            found.append((here.type, here.text))
    return tuple(found)


def walk(node: "Node") -> Iterator["Node"]:
    """Yield a node and everything below it, in the order of the text."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(here.children)


def text_of(node: "Node | None") -> str:
    """Return the text of a node; empty for none."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def line_of(node: "Node") -> int:
    """Return the 1-based line on which a node begins."""
    return int(node.start_point[0]) + 1


@cache
def _language(grammar: Grammar) -> "Language":
    from tree_sitter import Language

    return Language(getattr(import_module(grammar.module), grammar.function)())
