"""JavaScript and TypeScript, whichever tool runs their tests."""

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from journeyman.domain.finding import Finding
from journeyman.judge.languages.items import Item, TestSyntax
from journeyman.judge.languages.language import Edit
from journeyman.judge.languages.naming import configures_build, configures_tests, shadowed, test_setting, unread
from journeyman.judge.languages.syntax import Grammar, text_of
from journeyman.judge.languages.watching import suspicious, watch
from journeyman.judge.suite import Suite

if TYPE_CHECKING:
    from tree_sitter import Node

CONFIGS = (
    *("**/jest.config.*", "**/jest.setup.*", "**/jest.preset.*", "**/jest-preset.*", "**/setupTests.*"),
    *("**/vitest.config.*", "**/vitest.setup.*", "**/vitest.workspace.*", "**/vite.config.*"),
    *("**/.mocharc*", "**/mocha.opts", "**/.nycrc*", "**/.c8rc*", "**/babel.config.*", "**/.babelrc*", "**/.swcrc"),
    *("**/__mocks__",),
)
"""Files that decide how tests are run; a mock that stands beside packages is used unasked."""
_BUILD = (
    "**/tsconfig*.json",
    "**/jsconfig.json",
    "**/.npmrc",
    "**/.yarnrc*",
    "**/.pnpmfile.cjs",
    "**/pnpm-workspace.yaml",
)
_UNREAD = ("**/node_modules", "**/*.node", "**/.pnp.*", "**/.yarn")
_TEST_KEYS = ("jest", "mocha", "vitest", "nyc", "c8", "ava", "tap", "babel", "imports", "type")
_TOOLS = frozenset({"jest", "vitest", "mocha", "chai", "expect", "sinon", "should", "assert"})
_TESTS = frozenset({"test", "it", "specify"})
_GROUPS = frozenset({"describe", "suite", "context"})
_SCRIPT = Grammar(module="tree_sitter_javascript", comments=frozenset({"comment", "html_comment", "hash_bang_line"}))
_TYPED = replace(_SCRIPT, module="tree_sitter_typescript", function="language_typescript")
_MARKUP = replace(_TYPED, function="language_tsx")
_GRAMMARS = {
    **dict.fromkeys((".js", ".cjs", ".mjs", ".jsx"), _SCRIPT),
    **dict.fromkeys((".ts", ".cts", ".mts"), _TYPED),
    ".tsx": _MARKUP,
}
_TOOL_MODULES = (
    r"(node:)?(test|assert(/strict)?|inspector|vm|module|worker_threads|v8)"
    r"|@?(jest|vitest)(/.*)?|mocha(/.*)?|chai|sinon|expect"
)
_WATCHES = (
    watch(rf"""import.*from["']({_TOOL_MODULES})["'];?""", "imports a tool of the tests"),
    watch(rf"""(require|import)\(["']({_TOOL_MODULES})["']\)""", "imports a tool of the tests"),
    watch(r"process\.(reallyExit|abort|kill|binding|mainModule|argv|execArgv|_\w+)", "reaches into its own process"),
    watch(
        r"(globalThis|global|window)\.(expect|it|test|describe|assert|jest|vi|beforeEach|afterEach|process)",
        "reaches for the tests' globals",
    ),
    watch(
        r"(require\.cache|require\.main|module\.(parent|constructor|children)|import\.meta\.vitest|Module\._\w+)",
        "reaches for loaded modules",
    ),
    watch(
        r"Error\.(prepareStackTrace|captureStackTrace)|.*\.stack|arguments\.callee|.*\.caller",
        "reads the stack of its callers",
    ),
    watch(
        r"process\.env\.(NODE_ENV|CI|VITEST\w*|JEST\w*|NODE_TEST_CONTEXT|npm_\w+|MOCHA\w*)",
        "asks for what is set where tests run",
    ),
    watch(
        r"""["'`](NODE_ENV|VITEST.*|JEST_.*|NODE_TEST_CONTEXT|JOURNEYMAN.*)["'`]""",
        "asks for what is set where tests run",
    ),
    watch(
        r"""["'`](.*(\.test\.|\.spec\.|__tests__|/proc/|node_modules|/tests?/)|tests?/).*["'`]""",
        "speaks of a thing of the tests in a string",
    ),
    watch(r"(eval|newFunction|Function)\(.*\)", "runs text as code, so what it runs cannot be read"),
    watch(
        r"(Object|Array|String|Number|Boolean|Function|Promise|Map|Set|Symbol|Error|Reflect|JSON|Math|Date)(\.prototype)?(\.\w+|\[.*\])=(?!=).*",
        "replaces a part of the language",
    ),
    watch(
        r"(Object|Reflect)\.(definePropert(y|ies)|assign|setPrototypeOf)\((globalThis|global|\w+\.prototype|Object|Array|Number|Promise),.*\)",
        "replaces a part of the language",
    ),
    watch(r"Object\.prototype.*", "reaches for what every object has"),
)


class JavaScript:
    """Fills `Language`."""

    name = "javascript"
    suffixes = frozenset(_GRAMMARS)

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Compare by syntax tree: as JavaScript, else as TypeScript, else as TSX."""
        syntaxes = (TestSyntax(grammar=grammar, split=_split, joiner=" > ") for grammar in (_SCRIPT, _TYPED, _MARKUP))
        return any(syntax.only_waived_or_new(before, after, waived) for syntax in syntaxes)

    def examine(self, edit: Edit, suite: Suite) -> Iterator[Finding]:
        """Yield findings on the file's name, on a manifest's keys and on added lines of product code."""
        yield from configures_tests(edit, CONFIGS)
        yield from configures_build(edit, _BUILD)
        yield from unread(edit, _UNREAD)
        path = PurePosixPath(edit.path)
        if path.name == "package.json":
            yield from _manifest(edit)
        if suite.owns(edit.path) or path.suffix not in _GRAMMARS:
            return
        if edit.before is None and path.stem in _TOOLS:
            yield shadowed(edit, f"the package `{path.stem}`")
        yield from suspicious(edit, _GRAMMARS[path.suffix], _WATCHES)


def _manifest(edit: Edit) -> Iterator[Finding]:
    before, after = _parsed(edit.before), _parsed(edit.after)
    changed = [key for key in _TEST_KEYS if before.get(key) != after.get(key)]
    if edit.before is None or edit.after is None:
        yield test_setting(edit, "a package of its own")
    elif changed:
        yield test_setting(edit, f"`{changed[0]}`")
    else:
        yield from configures_build(edit, ("**/package.json",))


def _parsed(content: bytes | None) -> dict[str, object]:
    try:
        document = json.loads(content or b"")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _split(container: "Node") -> tuple[Item, ...]:
    """Return the statements of a file or of a group's function."""
    statements = (child for child in container.named_children if child.type not in _SCRIPT.comments)
    return tuple(map(_item, statements))


def _item(node: "Node") -> Item:
    call = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    if call is None or call.type != "call_expression":
        return Item(nodes=(node,))
    callee, arguments = text_of(call.child_by_field_name("function")), call.child_by_field_name("arguments")
    given = [child for child in arguments.named_children if child.type not in _SCRIPT.comments] if arguments else []
    if len(given) < 2 or given[0].type != "string":
        return Item(nodes=(node,))
    name = text_of(given[0])[1:-1]
    if callee in _TESTS and _is_function(given[-1]) and len(given) == 2:
        return Item(nodes=(node,), name=name, plain=True)
    if callee in _GROUPS and _is_function(given[-1]):
        return Item(nodes=(node,), name=name, body=given[-1].child_by_field_name("body"))
    if callee.partition(".")[0] in _TESTS:
        return Item(nodes=(node,), name=name)
    return Item(nodes=(node,))


def _is_function(node: "Node") -> bool:
    return node.type in {"arrow_function", "function_expression", "function"}
