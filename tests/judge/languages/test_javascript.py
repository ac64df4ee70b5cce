"""JavaScript's reading side: what may be added to a test file, and what a person should look at."""

import pytest

from journeyman.judge.languages.javascript import JavaScript
from journeyman.judge.languages.language import Edit
from journeyman.judge.suite import Suite

BASE = b"""\
const assert = require('assert'); // sums
describe('add', () => {
  beforeEach(() => reset());
  it('sums', () => { assert.equal(add(1, 2), 3); });
});
test('zero', () => { assert.equal(add(0, 0), 0); });
"""


def same(after: bytes, *waived: str) -> bool:
    return JavaScript().only_waived_or_new(BASE, after, waived)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b" // sums", b" /* other */ // words"),
        (b"  it('sums', () => {", b"  it('sums',\n      () => {"),
        (b"test('zero'", b"test('more', () => { assert(1); });\ntest('zero'"),
        (b"  it('sums'", b"  it('first', async () => {});\n  it('sums'"),
    ],
)
def test_comments_layout_and_added_tests_are_free(old: bytes, new: bytes) -> None:
    assert old in BASE
    assert same(BASE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"it('sums'", b"it.skip('sums'"),
        (b"it('sums'", b"xit('sums'"),
        (b"describe('add'", b"describe.only('add'"),
        (b"add(1, 2), 3", b"add(1, 2), -1"),
        (b"reset()", b"0"),
        (b"test('zero'", b"test('zero', () => {});\ntest('zero'"),
        (b"test('zero'", b"test.only('one', () => {});\ntest('zero'"),
        (b"test('zero'", b"assert.equal = () => {};\ntest('zero'"),
        (b"describe('add', () => {\n", b"describe('add', () => {\n  afterEach(() => {});\n"),
        (b"  it('sums', () => { assert.equal(add(1, 2), 3); });\n", b""),
        (b"{ assert.equal(add(0, 0), 0); }", b"{ return\nassert.equal(add(0, 0), 0); }"),
        (b"test('zero'", b"test('zero', { todo: true }"),
        (b"test('zero'", b"te st('zero'"),
    ],
)
def test_everything_else_must_be_the_very_same(old: bytes, new: bytes) -> None:
    assert old in BASE
    assert not same(BASE.replace(old, new))


def test_a_waiver_is_for_one_test() -> None:
    assert same(BASE.replace(b"add(1, 2), 3", b"add(1, 2), 4"), "add > sums")
    assert same(BASE.replace(b"  it('sums', () => { assert.equal(add(1, 2), 3); });\n", b""), "add > sums")
    assert not same(BASE.replace(b"add(1, 2), 3", b"add(1, 2), 4"), "zero")


def test_typescript_is_compared_too() -> None:
    before = b"it('x', () => { const n: number = add<number>(1, 2); expect(n).toBe(3); });\n"
    assert JavaScript().only_waived_or_new(before, before + b"it('y', () => { expect(1 as unknown).toBe(1); });\n", ())
    assert not JavaScript().only_waived_or_new(before, before.replace(b"toBe(3)", b"toBe(4)"), ())


def found(path: str, after: bytes | None, before: bytes | None = None) -> list[tuple[str, int]]:
    edit = Edit(path=path, before=before, after=after)
    suite = Suite(runner="jest", file_patterns=("*.test.js",))
    return [(finding.rule, finding.line) for finding in JavaScript().examine(edit, suite)]


@pytest.mark.parametrize(
    "code",
    [
        "process.env.NODE_ENV",
        "process\n  .env\n  .VITEST_POOL_ID",
        "const t = require('node:test')",
        "import { expect } from 'vitest'",
        "globalThis.expect = f",
        "Object.is = () => true",
        "Array.prototype.map = f",
        "Object.defineProperty(Number.prototype, 'x', {})",
        "fs.readFileSync('test/data.json')",
        "new Error().stack",
        "eval('1')",
        "for (const k in require.cache) f(k)",
    ],
)
def test_product_that_knows_it_is_tested_goes_to_a_person(code: str) -> None:
    assert {rule for rule, _ in found("src/a.js", f"const x = 1;\n{code};\n".encode(), b"const x = 1;\n")} == {
        "knows-it-is-tested"
    }
    assert found("src/a.js", f"{code};\nconst x = 1;\n".encode(), f"{code};\n".encode()) == []


@pytest.mark.parametrize(
    "code",
    [
        "export const sum = (a, b) => a + b",
        "process.exitCode = 1",
        "const latest = state.stacked",
        "user.name = 'x'",
        "expected.map((x) => x.toString())",
        "const protest = 'protest/x'",
    ],
)
def test_ordinary_code_does_not(code: str) -> None:
    assert found("src/a.js", code.encode()) == []


def test_names_of_files() -> None:
    assert found("jest.config.ts", b"export default {};\n") == [("test-configuration", 0)]
    assert found("web/.mocharc.yml", b"") == [("test-configuration", 0)]
    assert found("node_modules/a/index.js", b"1;\n") == [("forbidden-file", 0)]
    assert found("tsconfig.json", b"{}") == [("protected-path", 0)]
    assert found("src/chai.js", b"1;\n") == [("shadowed-module", 0)]
    assert found("package.json", b'{"jest": {}}', b"{}") == [("test-configuration", 0)]
    assert found("package.json", b'{"version": "2"}', b"{}") == [("protected-path", 0)]
