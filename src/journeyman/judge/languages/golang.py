"""Go: tests live in `_test.go` files; what a package's build is told stands in comments and in files of other kinds."""

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from journeyman.domain.finding import Finding
from journeyman.judge.added_text import added_lines
from journeyman.judge.languages.items import Item, TestSyntax
from journeyman.judge.languages.language import Edit
from journeyman.judge.languages.naming import build_hook, configures_build, unread
from journeyman.judge.languages.syntax import Grammar, text_of
from journeyman.judge.languages.watching import suspicious, watch
from journeyman.judge.suite import Suite

if TYPE_CHECKING:
    from tree_sitter import Node

CONFIGS = ("**/go.mod", "**/go.work")
_BUILD = ("**/go.mod", "**/go.sum", "**/go.work", "**/go.work.sum", "**/vendor", "**/.golangci.*")
_UNREAD = ("**/*.syso", "**/*.a", "**/*.o")
_GRAMMAR = Grammar(module="tree_sitter_go")
_TEST_NAME = re.compile(r"Test(?![a-z])\w*")
_DIRECTIVE = re.compile(rb"^\s*//\s*(go:build|\+build|go:linkname|go:generate|go:cgo_\w+|go:embed)\b")
_BUILTIN = (
    "true|false|nil|iota|append|cap|close|copy|delete|len|make|new|panic|print|println|recover"
    "|error|string|int|bool|any"
)
_WATCHES = (
    watch(
        r'(\w+)?"(testing(/.*)?|os/exec|os/signal|syscall|unsafe|plugin|runtime/debug|C|golang\.org/x/sys/unix)"',
        "imports what reaches into its process or the tests",
    ),
    watch(
        r"runtime\.(Caller|Callers|CallersFrames|Stack|Goexit|FuncForPC|SetFinalizer)",
        "looks at its callers or ends their work",
    ),
    watch(
        r"debug\.(Stack|PrintStack)|flag\.(Lookup|CommandLine|Parsed|Set)|os\.(Args|Executable|Getppid|FindProcess)",
        "looks at how it was started",
    ),
    watch(r'os\.(Getenv|LookupEnv)\("(CI|GO_\w*TEST\w*|GITHUB_ACTIONS)"\)', "asks for what is set where tests run"),
    watch(
        r'["`].*(-test\.|_test\.go|testdata|/proc/|\.test\b|--- (PASS|FAIL)|=== RUN).*["`]',
        "speaks of a thing of the tests in a string",
    ),
    watch(rf"({_BUILTIN})(\w*)?=.*|func({_BUILTIN})\(.*", "redefines a word of the language"),
    watch(rf"type({_BUILTIN})(?!\w).*", "redefines a word of the language"),
)


class Go:
    """Fills `Language`."""

    name = "go"
    suffixes = frozenset({".go"})

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Compare by syntax tree; build constraints and directives, which are comments to it, must stay."""
        if _directives(before) != _directives(after):
            return False
        tops = {name.partition("::")[0] for name in waived}
        return TestSyntax(grammar=_GRAMMAR, split=_split).only_waived_or_new(before, after, tops)

    def examine(self, edit: Edit, suite: Suite) -> Iterator[Finding]:
        """Yield findings on the file's name, on directives and on added lines of product code."""
        yield from configures_build(edit, _BUILD)
        yield from unread(edit, _UNREAD)
        if suite.owns(edit.path) or PurePosixPath(edit.path).suffix != ".go" or edit.after is None:
            return
        lines = edit.after.splitlines()
        for number in sorted(added_lines(edit.before or b"", edit.after)):
            if match := _DIRECTIVE.match(lines[number - 1]):
                yield build_hook(edit, match[1].decode(), line=number)
        yield from suspicious(edit, _GRAMMAR, _WATCHES)


def _directives(content: bytes) -> list[bytes]:
    return [line.strip() for line in content.splitlines() if _DIRECTIVE.match(line)]


def _split(container: "Node") -> tuple[Item, ...]:
    """Return the declarations of a file."""
    return tuple(_item(child) for child in container.named_children if child.type not in _GRAMMAR.comments)


def _item(node: "Node") -> Item:
    name = text_of(node.child_by_field_name("name")) if node.type == "function_declaration" else ""
    if not name.startswith(("Test", "Example", "Benchmark", "Fuzz")):
        return Item(nodes=(node,))
    plain = _TEST_NAME.fullmatch(name) is not None and name != "TestMain"
    return Item(nodes=(node,), name=name, plain=plain)
