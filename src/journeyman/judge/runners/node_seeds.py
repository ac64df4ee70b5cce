"""The sentinels of Node's test tools: behind each file's own tests, or, in Mocha, before and behind the suite."""

from journeyman.domain.verification import TestOutcome
from journeyman.judge.sentinel import Seed

_PASSED, _FAILED = TestOutcome.PASSED, TestOutcome.FAILED

NODE_TEST = Seed(
    file="$word.cjs",
    source="""\
const assert = require('node:assert');
const { test } = require('node:test');

test('$a', () => assert.strictEqual($low + $low, $low2));
test('$b', () => assert($low === $high));
test('$c', () => assert.strictEqual($low, $high));
test('$d', () => assert.deepStrictEqual({ value: [$low] }, { value: [$high] }));
test('$e', () => assert.throws(() => $low));
test('$f', async () => { throw new RangeError('$low'); });
test('$g', () => assert.ok($low === $low));
""",
    expected={
        "$a": ("pass", _PASSED),
        "$b": ("assert", _FAILED),
        "$c": ("equal", _FAILED),
        "$d": ("deep-equal", _FAILED),
        "$e": ("throws", _FAILED),
        "$f": ("raises", _FAILED),
        "$g": ("ok-pass", _PASSED),
    },
)
_EXPECT = """\
  test('$b', () => { expectation()($low).toBe($high); });
  test('$c', () => { expectation()({ value: [$low] }).toEqual({ value: [$high] }); });
  test('$d', () => { require('node:assert').strictEqual($low, $high); });
  test('$e', () => { expectation()(() => $low).toThrow(); });
  test('$f', async () => { throw new RangeError('$low'); });
  test('$g', async () => { await expectation()(Promise.resolve($low)).resolves.toBe($high); });
  test('$a', () => { expectation()($low + $low).toBe($low2); });
"""
_EXPECTED = {
    "$h > $a": ("pass", _PASSED),
    "$h > $b": ("expect", _FAILED),
    "$h > $c": ("deep-equal", _FAILED),
    "$h > $d": ("assert", _FAILED),
    "$h > $e": ("throws", _FAILED),
    "$h > $f": ("raises", _FAILED),
    "$h > $g": ("promise", _FAILED),
}
JEST = Seed(
    file="$word.cjs",
    source="""\
const { beforeAll, describe, expect, test } = require('@jest/globals');
const expectation = () => globalThis.expect || expect;

describe('$h', () => {
"""
    + _EXPECT
    + """\
});
// Declared before the file's own tests; run behind them, when their imports have done what they do.
beforeAll(() => {
  for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
    const root = globalThis[symbol] && globalThis[symbol].rootDescribeBlock;
    const at = root ? root.children.findIndex((child) => child.name === '$h') : -1;
    if (at >= 0) root.children.push(...root.children.splice(at, 1));
  }
});
""",
    expected=_EXPECTED,
)
VITEST = Seed(
    file="$word.mjs",
    source="""\
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const expectation = () => globalThis.expect || expect;

describe('$h', () => {
"""
    + _EXPECT
    + """\
});
// Declared before the file's own tests; run behind them, when their imports have done what they do.
beforeAll(function () {
  const file = [...arguments].find((argument) => argument?.tasks); // which one it is depends on the version
  const at = file ? file.tasks.findIndex((task) => task.name === '$h') : -1;
  if (at >= 0) file.tasks.push(...file.tasks.splice(at, 1));
});
""",
    expected=_EXPECTED,
)
MOCHA = Seed(
    file="$word.cjs",
    source="""\
const assert = require('node:assert');
const { describe, it, suite, test } = require('mocha');
let expect;
try {
  expect = require('chai').expect;
} catch {
  expect = (value) => ({ to: { equal: (other) => { if (value !== other) throw new Error('$low'); } } });
}
const [group, check] = [describe || suite, it || test];

group('$h', () => {
  check('$a', () => assert.strictEqual($low + $low, $low2));
  check('$b', () => assert($low === $high));
  check('$c', () => assert.strictEqual($low, $high));
  check('$d', () => assert.deepStrictEqual({ value: [$low] }, { value: [$high] }));
  check('$e', () => { expect($low).to.equal($high); });
  check('$f', async () => { throw new RangeError('$low'); });
  check('$g', (done) => { setTimeout(() => done(new Error('$low')), 1); });
});
""",
    expected={
        "$h > $a": ("pass", _PASSED),
        "$h > $b": ("assert", _FAILED),
        "$h > $c": ("equal", _FAILED),
        "$h > $d": ("deep-equal", _FAILED),
        "$h > $e": ("expect", _FAILED),
        "$h > $f": ("raises", _FAILED),
        "$h > $g": ("callback", _FAILED),
    },
)
