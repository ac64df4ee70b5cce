"""Java, built by Maven or Gradle."""

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from journeyman.domain.finding import Finding
from journeyman.judge.languages.items import Item, TestSyntax
from journeyman.judge.languages.language import Edit
from journeyman.judge.languages.naming import (
    build_hook,
    configures_build,
    configures_tests,
    shadowed,
    test_setting,
    unread,
)
from journeyman.judge.languages.syntax import Grammar, text_of
from journeyman.judge.languages.watching import suspicious, watch
from journeyman.judge.suite import Suite

if TYPE_CHECKING:
    from tree_sitter import Node

CONFIGS = (
    *("**/.mvn", "**/junit-platform.properties", "**/META-INF/services/org.junit*", "**/META-INF/services/java.*"),
    *("**/testng.xml", "**/logging-test.properties"),
)
_BUILD = (
    *("**/pom.xml", "**/*.gradle", "**/*.gradle.kts", "**/gradle.properties", "**/gradle", "**/buildSrc", "**/mvnw*"),
    *("**/gradlew*", "**/gradle.lockfile", "**/libs.versions.toml", "**/META-INF/services", "**/module-info.java"),
)
_UNREAD = ("**/*.class", "**/*.jar", "**/*.war", "**/*.jmod")
_TEST_WORDS = re.compile(r"test|surefire|failsafe|jacoco|junit|skip|argline|exclud|includ", re.IGNORECASE)
_FOREIGN = re.compile(
    r"(.*/)?(org/(junit|hamcrest|assertj|mockito|testng|opentest4j|apache/maven|gradle)|junit|java|javax|kotlin/test)/.*"
)
_GRAMMAR = Grammar(module="tree_sitter_java", comments=frozenset({"line_comment", "block_comment"}))
_MARKS = frozenset({"@Test", "@ParameterizedTest", "@RepeatedTest", "@TestFactory"})
_WATCHES = (
    watch(
        r"import(static)?(org\.junit|junit\.|org\.testng|org\.mockito|org\.hamcrest|sun\.misc|java\.lang\.(instrument|management)).*",
        "imports a tool of the tests",
    ),
    watch(
        r".*\.halt\(.*\)|.*\.addShutdownHook\(.*\)|System\.(setOut|setErr|setSecurityManager)\(.*\)",
        "ends or redirects its process",
    ),
    watch(
        r".*\.getStackTrace\(\)|StackWalker.*|.*\.getCallerClass\(\)|.*\.getAllStackTraces\(\)",
        "reads the stack of its callers",
    ),
    watch(
        r".*\.setAccessible\(.*\)|Unsafe\.getUnsafe\(\)|Class\.forName\(.*\)|ProcessHandle\..*",
        "reaches for what is not shown to it",
    ),
    watch(
        r'System\.(getProperty|getenv)\("(surefire.*|CI|basedir|sun\.java\.command|java\.class\.path|localRepository)"\)',
        "asks for what is set where tests run",
    ),
    watch(r'".*(surefire|src/test|/proc/|org\.junit|TEST-|target/).*"', "speaks of a thing of the tests in a string"),
    watch(
        r"(@Override)?publicbooleanequals\(.*\)\{return(true|false);\}", "has an `equals` that always answers the same"
    ),
)


class Java:
    """Fills `Language`."""

    name = "java"
    suffixes = frozenset({".java"})

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Compare by syntax tree."""
        return TestSyntax(grammar=_GRAMMAR, split=_split).only_waived_or_new(before, after, waived)

    def examine(self, edit: Edit, suite: Suite) -> Iterator[Finding]:
        """Yield findings on the file's name, on the build file and on added lines of product code."""
        path = PurePosixPath(edit.path)
        yield from configures_tests(edit, CONFIGS)
        yield from unread(edit, _UNREAD)
        if path.name == "pom.xml" and _tests_differ(edit):
            yield test_setting(edit, "what Maven does about tests")
        else:
            yield from configures_build(edit, _BUILD)
        if suite.owns(edit.path) or path.suffix != ".java":
            return
        if edit.before is None and _FOREIGN.fullmatch(edit.path):
            yield shadowed(edit, "a class that tests or the platform bring along")
        if edit.after is not None and b"Processor" in edit.after and b"javax.annotation.processing" in edit.after:
            yield build_hook(edit, "an annotation processor runs in the compiler")
        yield from suspicious(edit, _GRAMMAR, _WATCHES)


def _tests_differ(edit: Edit) -> bool:
    """Return whether two versions of a `pom.xml` differ in what speaks of tests, or in what may hold such things."""
    if edit.before is None or edit.after is None:
        return True
    try:
        return _about_tests(edit.before) != _about_tests(edit.after)
    except ET.ParseError:
        return True


def _about_tests(content: bytes) -> list[str]:
    root = ET.fromstring(content)  # noqa: S314 # expat bounds expansion itself
    found = []
    for node in root.iter():
        name = node.tag.rpartition("}")[2]
        if name in {"build", "profiles", "parent", "modules"} or (name == "properties" and len(node)):
            for inner in node.iter():
                text = f"{inner.tag.rpartition('}')[2]}={(inner.text or '').strip()}"
                if name != "properties" or _TEST_WORDS.search(text):
                    found.append(text)
    return found


def _split(container: "Node") -> tuple[Item, ...]:
    """Return the declarations of a file, or the members of a class."""
    return tuple(_item(child) for child in container.named_children if child.type not in _GRAMMAR.comments)


def _item(node: "Node") -> Item:
    name = text_of(node.child_by_field_name("name"))
    if node.type == "class_declaration":
        return Item(nodes=(node,), name=name, body=node.child_by_field_name("body"))
    if node.type != "method_declaration":
        return Item(nodes=(node,))
    modifiers = next((child for child in node.children if child.type == "modifiers"), None)
    marks = {text_of(mark).strip() for mark in modifiers.named_children} if modifiers is not None else set()
    if marks & _MARKS:
        return Item(nodes=(node,), name=name, plain=marks == {"@Test"})
    return Item(nodes=(node,))
