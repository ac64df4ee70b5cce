"""Rust: tests stand in product files as well, and a build may run programs of its own."""

import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from journeyman.domain.finding import Finding
from journeyman.judge.languages.items import Item, TestSyntax
from journeyman.judge.languages.language import Edit
from journeyman.judge.languages.naming import (
    build_hook,
    configures_build,
    configures_tests,
    inline_test,
    test_setting,
    unread,
)
from journeyman.judge.languages.syntax import Grammar, parse, text_of
from journeyman.judge.languages.watching import suspicious, watch
from journeyman.judge.suite import Suite

if TYPE_CHECKING:
    from tree_sitter import Node

CONFIGS = ("**/.cargo", "**/nextest.toml", "**/.config/nextest.toml")
_BUILD = (
    "**/Cargo.lock",
    "**/rust-toolchain",
    "**/rust-toolchain.toml",
    "**/clippy.toml",
    "**/rustfmt.toml",
    "**/deny.toml",
)
_UNREAD = ("**/*.rlib", "**/*.rmeta", "**/*.a", "**/*.o", "**/target/debug", "**/target/release")
_TEST_KEYS = ("lib", "test", "bin", "bench", "example", "profile", "features", "patch", "replace", "workspace")
_PACKAGE_KEYS = ("autotests", "autobins", "build", "links", "edition", "default-run", "workspace")
_GRAMMAR = Grammar(module="tree_sitter_rust", comments=frozenset({"line_comment", "block_comment"}))
_PLAIN = frozenset({"#[test]", "#[should_panic]", "#[tokio::test]"})
_MARK = re.compile(rb"#\s*\[\s*(\w+\s*::\s*)*test\s*[\](]|#\s*\[\s*cfg\s*\(\s*test|#\s*\[\s*rstest")
_ASSERTING = (
    r"assert|assert_eq|assert_ne|debug_assert\w*|panic|unreachable|todo|unimplemented|matches|println|print|write"
)
_WATCHES = (
    watch(
        rf"(#\[macro_export\])?macro_rules!({_ASSERTING})[\{{(].*", "defines a macro in the place of the language's own"
    ),
    watch(r"macro_rules!(assert|assert_eq|assert_ne|panic)\{.*", "defines a macro in the place of the language's own"),
    watch(
        r"(std::)?process::(exit|abort)|(std::)?panic::(set_hook|take_hook|catch_unwind|resume_unwind)",
        "ends or catches what tests rely on",
    ),
    watch(
        r"(std::)?(env::(args|args_os|current_exe|var|vars|var_os)|thread::current|backtrace::Backtrace.*)",
        "looks at how it was started",
    ),
    watch(
        r"cfg!\(test\)|#!?\[cfg(_attr)?\((not\()?test.*|cfg(_attr)?\((not\()?test.*|cfg!\(.*test.*\)",
        "is another program where it is tested",
    ),
    watch(
        r"#\[(no_mangle|export_name.*|link_section.*|ctor.*|link.*|global_allocator|panic_handler)\]",
        "takes the place of what it is linked with",
    ),
    watch(
        r'"(.*(--test-threads|/proc/|tests/|\.\.\. ok|test result:).*|CARGO_\w+|RUST_TEST\w*|CI)"',
        "speaks of a thing of the tests in a string",
    ),
    watch(r"include!\(.*\)|asm!\(.*\)|global_asm!\(.*\)", "holds code that cannot be read here"),
    watch(
        r"fn(eq|ne|lt|le|gt|ge|is_ok|is_some)\(.*\)->bool\{(true|false)\}",
        "has a comparison that always answers the same",
    ),
)


class Rust:
    """Fills `Language`."""

    name = "rust"
    suffixes = frozenset({".rs"})

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Compare by syntax tree."""
        return _SYNTAX.only_waived_or_new(before, after, waived)

    def examine(self, edit: Edit, suite: Suite) -> Iterator[Finding]:
        """Yield findings on the file's name, on manifests, on tests inside a product file and on added lines."""
        yield from configures_tests(edit, CONFIGS)
        yield from configures_build(edit, _BUILD)
        yield from unread(edit, _UNREAD)
        path = PurePosixPath(edit.path)
        if path.name == "Cargo.toml":
            yield from _manifest(edit)
        if path.name == "build.rs":
            yield build_hook(edit, "a program that runs before the tests")
        if suite.owns(edit.path) or path.suffix != ".rs":
            return
        if edit.before is not None and holds_tests(edit.before):
            yield from _inline(edit)
        yield from suspicious(edit, _GRAMMAR, _WATCHES)


def holds_tests(content: bytes) -> bool:
    """Return whether a file has tests, or a module of them, in it."""
    return _MARK.search(content) is not None


def _inline(edit: Edit) -> Iterator[Finding]:
    """Yield a finding when the parts of a product file that are tests are not what they were, additions apart."""
    old = parse(_GRAMMAR, edit.before or b"")
    new = parse(_GRAMMAR, edit.after or b"")
    if edit.after is None:
        yield inline_test(edit, "deletes")
    elif old is None or new is None:
        yield inline_test(edit, "makes unreadable")
    elif not _kept(old, new):
        yield inline_test(edit, "changes")


def _kept(old: "Node", new: "Node") -> bool:
    """Return whether every test part of one tree is in another: the same, or with tests added, in its order."""
    wanted, there = _tests_in(old), _tests_in(new)
    known = _SYNTAX.names(old)
    at = 0
    for part in there:
        if at < len(wanted) and _SYNTAX.alike(wanted[at], part, known):
            at += 1
    return at == len(wanted)


def _tests_in(root: "Node") -> list[Item]:
    return [item for item in _split(root) if any(_MARK.match(node.text or b"") for node in item.nodes[:-1])]


def _manifest(edit: Edit) -> Iterator[Finding]:
    before, after = _parsed(edit.before), _parsed(edit.after)
    changed = [key for key in _TEST_KEYS if before.get(key) != after.get(key)]
    packages = [document.get("package") for document in (before, after)]
    old, new = (package if isinstance(package, dict) else {} for package in packages)
    changed += [f"package.{key}" for key in _PACKAGE_KEYS if old.get(key) != new.get(key)]
    if edit.before is None or edit.after is None:
        yield test_setting(edit, "a package of its own")
    elif changed:
        yield test_setting(edit, f"`{changed[0]}`")
    else:
        yield from configures_build(edit, ("**/Cargo.toml",))


def _parsed(content: bytes | None) -> dict[str, object]:
    try:
        return tomllib.loads((content or b"").decode("utf-8", "replace"))
    except tomllib.TOMLDecodeError:
        return {}


def _split(container: "Node") -> tuple[Item, ...]:
    """Return the items of a file or module, each with the attributes before it."""
    found: list[Item] = []
    attributes: list[Node] = []
    for child in container.named_children:
        if child.type in _GRAMMAR.comments:
            continue
        attributes.append(child)
        if child.type != "attribute_item":
            found.append(_item(tuple(attributes)))
            attributes = []
    return tuple(found) if not attributes else (*found, Item(nodes=tuple(attributes)))


def _item(nodes: "tuple[Node, ...]") -> Item:
    node, marks = nodes[-1], [re.sub(r"\s+", "", text_of(mark)) for mark in nodes[:-1]]
    name = text_of(node.child_by_field_name("name"))
    if node.type == "mod_item" and node.child_by_field_name("body") is not None:
        return Item(nodes=nodes, name=name, body=node.child_by_field_name("body"))
    if node.type == "function_item" and any(_MARK.match(mark.encode()) for mark in marks):
        return Item(nodes=nodes, name=name, plain=set(marks) <= _PLAIN)
    return Item(nodes=nodes)


_SYNTAX = TestSyntax(grammar=_GRAMMAR, split=_split)
