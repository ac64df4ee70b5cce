"""Outlines of other languages, by their tree-sitter grammars."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from journeyman.retrieval.outline import LONG_DEFINITION, Outline, Unit

if TYPE_CHECKING:
    from tree_sitter import Language, Node

_LOOKED_INTO = 20
"""Lines from which on a node that defines nothing is searched for definitions."""
_RECEIVER_CHARACTERS = 200
_RECEIVER = re.compile(r"\*?\s*(\w+)(\[[^]]*\])?\s*\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grammar:
    """Where a language's parser is, and which of its nodes define something."""

    module: str
    function: str = "language"
    definitions: frozenset[str]
    scopes: frozenset[str] = frozenset()
    """Definitions that hold definitions."""
    wrappers: frozenset[str] = frozenset()
    """Statements that belong to the one definition within."""
    values: frozenset[str] = frozenset()
    """Values that make the name they are given to a definition."""


_SCRIPT = _Grammar(
    module="tree_sitter_javascript",
    definitions=frozenset(
        {
            "function_declaration",
            "generator_function_declaration",
            "method_definition",
            "enum_declaration",
            "type_alias_declaration",
            "function_signature",
        }
    ),
    scopes=frozenset({"class_declaration", "abstract_class_declaration", "interface_declaration", "internal_module"}),
    wrappers=frozenset({"export_statement", "lexical_declaration", "variable_declaration", "expression_statement"}),
    values=frozenset({"arrow_function", "function_expression", "generator_function", "class"}),
)
_TYPED = replace(_SCRIPT, module="tree_sitter_typescript", function="language_typescript")
_GO = _Grammar(
    module="tree_sitter_go",
    definitions=frozenset({"function_declaration", "method_declaration", "type_spec", "type_alias"}),
    wrappers=frozenset({"type_declaration"}),
)
_RUST = _Grammar(
    module="tree_sitter_rust",
    definitions=frozenset({"function_item", "macro_definition", "struct_item", "enum_item", "union_item", "type_item"}),
    scopes=frozenset({"impl_item", "trait_item", "mod_item"}),
)
_JAVA = _Grammar(
    module="tree_sitter_java",
    definitions=frozenset({"method_declaration", "constructor_declaration"}),
    scopes=frozenset({"class_declaration", "interface_declaration", "enum_declaration", "record_declaration"}),
)
_C = _Grammar(
    module="tree_sitter_c",
    definitions=frozenset({"function_definition", "struct_specifier", "enum_specifier", "type_definition"}),
)
_RUBY = _Grammar(
    module="tree_sitter_ruby",
    definitions=frozenset({"method", "singleton_method"}),
    scopes=frozenset({"class", "module"}),
)
_GRAMMARS = {
    **dict.fromkeys(("js", "mjs", "cjs", "jsx"), _SCRIPT),
    **dict.fromkeys(("ts", "mts", "cts"), _TYPED),
    "tsx": replace(_TYPED, function="language_tsx"),
    "go": _GO,
    "rs": _RUST,
    "java": _JAVA,
    **dict.fromkeys(("c", "h"), _C),
    "rb": _RUBY,
}


def outline(suffix: str, text: str) -> Outline | None:
    """Return the definitions of a file by its suffix, or None when nobody knows the language."""
    grammar = _GRAMMARS.get(suffix)
    if grammar is None:
        return None
    from tree_sitter import Parser

    root = Parser(_language(grammar)).parse(text.encode("utf-8", "replace")).root_node
    try:
        return Outline(units=tuple(_units(root, grammar, "")))
    except RecursionError:
        return None


@cache
def _language(grammar: _Grammar) -> "Language":
    from tree_sitter import Language

    return Language(getattr(import_module(grammar.module), grammar.function)())


def _units(node: "Node", grammar: _Grammar, prefix: str) -> Iterator[Unit]:
    for child in node.named_children:
        name = _defined_name(child, grammar)
        start, end = child.start_point[0] + 1, child.end_point[0] + 1
        if name:
            scope = child.type in grammar.scopes or end - start >= LONG_DEFINITION
            inner = tuple(_units(child, grammar, f"{prefix}{name}.")) if scope else ()
            yield Unit(start=start, end=end, name=prefix + name, inner=inner)
        elif child.type in grammar.wrappers:
            yield from _wrapped(_units(child, grammar, prefix), start, end)
        elif end - start >= _LOOKED_INTO or child.type in {"class_body", "declaration_list", "body_statement"}:
            yield from _units(child, grammar, prefix)


def _wrapped(units: Iterable[Unit], start: int, end: int) -> Iterable[Unit]:
    """Let a statement belong to its definition when there is just one."""
    found = tuple(units)
    return (replace(found[0], start=start, end=end),) if len(found) == 1 else found


def _defined_name(node: "Node", grammar: _Grammar) -> str:
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
