"""What the tree-sitter grammar of each language calls a definition."""

from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
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


_SCRIPT = Grammar(
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
_GO = Grammar(
    module="tree_sitter_go",
    definitions=frozenset({"function_declaration", "method_declaration", "type_spec", "type_alias"}),
    wrappers=frozenset({"type_declaration"}),
)
_RUST = Grammar(
    module="tree_sitter_rust",
    definitions=frozenset({"function_item", "macro_definition", "struct_item", "enum_item", "union_item", "type_item"}),
    scopes=frozenset({"impl_item", "trait_item", "mod_item"}),
)
_JAVA = Grammar(
    module="tree_sitter_java",
    definitions=frozenset({"method_declaration", "constructor_declaration"}),
    scopes=frozenset({"class_declaration", "interface_declaration", "enum_declaration", "record_declaration"}),
)
_C = Grammar(
    module="tree_sitter_c",
    definitions=frozenset({"function_definition", "struct_specifier", "enum_specifier", "type_definition"}),
)
_CPP = Grammar(
    module="tree_sitter_cpp",
    definitions=frozenset({"function_definition", "enum_specifier", "type_definition", "alias_declaration"}),
    scopes=frozenset({"class_specifier", "struct_specifier", "union_specifier", "namespace_definition"}),
    wrappers=frozenset({"template_declaration"}),
)
_C_SHARP = Grammar(
    module="tree_sitter_c_sharp",
    definitions=frozenset(
        {
            "method_declaration",
            "constructor_declaration",
            "property_declaration",
            "delegate_declaration",
            "enum_declaration",
            "local_function_statement",
        }
    ),
    scopes=frozenset(
        {
            "namespace_declaration",
            "class_declaration",
            "struct_declaration",
            "interface_declaration",
            "record_declaration",
        }
    ),
)
_KOTLIN = Grammar(
    module="tree_sitter_kotlin",
    definitions=frozenset({"function_declaration", "type_alias"}),
    scopes=frozenset({"class_declaration", "object_declaration"}),
)
_PHP = Grammar(
    module="tree_sitter_php",
    function="language_php",
    definitions=frozenset({"function_definition", "method_declaration"}),
    scopes=frozenset({"class_declaration", "trait_declaration", "interface_declaration", "enum_declaration"}),
)
_RUBY = Grammar(
    module="tree_sitter_ruby",
    definitions=frozenset({"method", "singleton_method"}),
    scopes=frozenset({"class", "module"}),
)
GRAMMARS = {
    **dict.fromkeys(("js", "mjs", "cjs", "jsx"), _SCRIPT),
    **dict.fromkeys(("ts", "mts", "cts"), _TYPED),
    "tsx": replace(_TYPED, function="language_tsx"),
    "go": _GO,
    "rs": _RUST,
    "java": _JAVA,
    "c": _C,
    # A header may be of either language; the grammar of C++ reads both.
    **dict.fromkeys(("h", "cc", "cpp", "cxx", "hh", "hpp", "hxx", "ipp"), _CPP),
    "cs": _C_SHARP,
    **dict.fromkeys(("kt", "kts"), _KOTLIN),
    "php": _PHP,
    **dict.fromkeys(("rb", "rake", "gemspec"), _RUBY),
}
"""By suffix."""


@cache
def language_of(grammar: Grammar) -> "Language":
    """Return the parser tables of a grammar."""
    from tree_sitter import Language

    return Language(getattr(import_module(grammar.module), grammar.function)())
