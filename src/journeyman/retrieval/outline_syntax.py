"""Outlines of other languages, by their tree-sitter grammars."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from journeyman.retrieval.grammars import GRAMMARS, Grammar, language_of
from journeyman.retrieval.outline import LONG_DEFINITION, Outline, Unit

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOKED_INTO = 20
"""Lines from which on a node that defines nothing is searched for definitions."""
_RECEIVER_CHARACTERS = 200
_RECEIVER = re.compile(r"\*?\s*(\w+)(\[[^]]*\])?\s*\)$")
_BODIES = frozenset({"class_body", "declaration_list", "body_statement", "field_declaration_list", "enum_class_body"})
"""Searched however short they are."""


def outline(suffix: str, text: str) -> Outline | None:
    """Return the definitions of a file by its suffix, or None when nobody knows the language."""
    grammar = GRAMMARS.get(suffix)
    if grammar is None:
        return None
    from tree_sitter import Parser

    root = Parser(language_of(grammar)).parse(text.encode("utf-8", "replace")).root_node
    try:
        return Outline(units=tuple(_units(root, grammar, "")))
    except RecursionError:
        return None


def _units(node: "Node", grammar: Grammar, prefix: str) -> Iterator[Unit]:
    for child in node.named_children:
        name = _defined_name(child, grammar)
        start, end = child.start_point[0] + 1, child.end_point[0] + 1
        if name:
            scope = child.type in grammar.scopes or end - start >= LONG_DEFINITION
            inner = tuple(_units(child, grammar, f"{prefix}{name}.")) if scope else ()
            yield Unit(start=start, end=end, name=prefix + name, inner=inner)
        elif child.type in grammar.wrappers:
            yield from _wrapped(_units(child, grammar, prefix), start, end)
        elif end - start >= _LOOKED_INTO or child.type in _BODIES:
            yield from _units(child, grammar, prefix)


def _wrapped(units: Iterable[Unit], start: int, end: int) -> Iterable[Unit]:
    """Let a statement belong to its definition when there is just one."""
    found = tuple(units)
    return (replace(found[0], start=start, end=end),) if len(found) == 1 else found


def _defined_name(node: "Node", grammar: Grammar) -> str:
    """Return the name that a node defines, or empty when it defines none."""
    if node.type in grammar.definitions or node.type in grammar.scopes:
        field = "type" if node.type == "impl_item" else "name"
        named = node.child_by_field_name(field) or _declarator(node)
        return _receiver(node) + _text(named).partition("<")[0].strip()
    for key, value in (("name", "value"), ("left", "right"), ("key", "value"), ("property", "value")):
        given = node.child_by_field_name(value)
        if given is not None and given.type in grammar.values:
            named = node.child_by_field_name(key)
            if named is not None:
                return _text(named)
    return ""


def _declarator(node: "Node") -> "Node | None":
    """Return the name inside C's nested declarators."""
    while (inner := node.child_by_field_name("declarator")) is not None:
        node = inner
    return node if node.type.endswith("identifier") else None


def _receiver(node: "Node") -> str:
    found = (
        _RECEIVER.search(_text(node.child_by_field_name("receiver"))[-_RECEIVER_CHARACTERS:])
        if node.type == "method_declaration"
        else None
    )
    return f"{found[1]}." if found else ""


def _text(node: "Node | None") -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""
