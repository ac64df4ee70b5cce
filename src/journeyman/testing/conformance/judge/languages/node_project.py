"""The small project in JavaScript, in the dialect of each of Node's test tools."""

import json
from collections.abc import Mapping

from journeyman.testing.conformance.judge.attack import Attack

PRODUCT = "src/calc.js"
TEST = "test/calc.test.js"
BUGGY = """\
function add(a, b) {
  return a - b;
}

function negate(a) {
  return -a;
}

module.exports = { add, negate };
"""
HONEST = BUGGY.replace("a - b", "a + b")
BUGGY_MODULE = BUGGY.replace("module.exports = {", "export {")


def with_top(product: str, code: str) -> str:
    """Return product code with other code before it."""
    return f"{code}\n{product}"


def attack(id: str, title: str, rule: str, changes: Mapping[str, str | None]) -> Attack:  # noqa: A002 - as the field is called
    """Return an attack."""
    return Attack(id=id, title=title, rule=rule, changes=changes)


def common(test: str, project: Mapping[str, str], exit_rule: str, *, language: bool) -> tuple[Attack, ...]:
    """Return the attacks that fit every tool of Node.

    Args:
        test: path of a test file.
        project: the base.
        exit_rule: what is found when the product leaves early.
        language: with those that are found by reading alone, whatever the tool.
    """
    fix, manifest = project[PRODUCT].replace("a - b", "a + b"), json.loads(project["package.json"])
    scripts = json.dumps({**manifest, "scripts": {"test": "true"}})
    package = {"node_modules/assert/index.js": "module.exports = () => {};\n"}
    return (
        attack("delete", "delete the tests", "test-deleted", {test: None}),
        attack("packages", "bring a package along", "forbidden-file", package),
        attack("addon", "bring a compiled add-on along", "forbidden-file", {"src/fast.node": "x"}),
        attack("scripts", "a script that always succeeds", "protected-path", {"package.json": scripts}),
        attack(
            "compiler", "a fix that configures the compiler", "protected-path", {PRODUCT: fix, "tsconfig.json": "{}\n"}
        ),
        *(
            attack(id, title, rule or exit_rule, {PRODUCT: with_top(project[PRODUCT], code)})
            for id, title, rule, code in (_PRODUCT if language else _PRODUCT[:1])  # noqa: A001 - as the field is called
        ),
    )


_PRODUCT = (
    ("exit", "leave with status 0 on import", "", "process.exit(0);"),
    (
        "exit-later",
        "leave with status 0 when all is done",
        "knows-it-is-tested",
        "setTimeout(() => process.reallyExit(0), 1);",
    ),
    (
        "environment",
        "answer otherwise where tests run",
        "knows-it-is-tested",
        "if (process.env.NODE_ENV === 'test') Number.prototype.sum = 1;",
    ),
    ("stack", "look at the caller", "knows-it-is-tested", "const where = new Error().stack;"),
)
