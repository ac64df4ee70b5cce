'use strict';
// The judge's channel, from JavaScript: one JSON array of strings a line, a tab, and the running HMAC-SHA256
// over every line so far. Everything is bound before a line of the project is loaded.

const { createHash, Hash } = require('node:crypto');
const { readFileSync, writeSync } = require('node:fs');
const path = require('node:path');

const { update, copy, digest } = Hash.prototype;
const { apply } = Reflect;
const { stringify } = JSON;
const { from, concat } = Buffer;
const leave = process.reallyExit.bind(process);

const BLOCK_BYTES = 64;
const MESSAGE_CHARS = 6000;
const SHORT_CHARS = 200;
const ROOT = '/work/';
let budgetChars = 4_000_000; // of all messages of a run together

function open() {
  const task = JSON.parse(readFileSync(0, 'utf8'));
  const descriptor = Number(process.env.JOURNEYMAN_REPORT_FD);
  delete process.env.JOURNEYMAN_REPORT_FD;
  const key = concat([from(task.key, 'hex'), Buffer.alloc(BLOCK_BYTES)]).subarray(0, BLOCK_BYTES);
  delete task.key;
  const pad = (byte) => apply(update, createHash('sha256'), [from(key.map((b) => b ^ byte))]);
  const [inner, outer] = [pad(0x36), pad(0x5c)];
  const send = (...fields) => {
    const line = stringify(fields.map(String));
    apply(update, inner, [line]);
    const seal = apply(update, apply(copy, outer, []), [apply(digest, apply(copy, inner, []), [])]);
    let rest = from(`${line}\t${apply(digest, seal, ['hex'])}\n`);
    while (rest.length) rest = rest.subarray(writeSync(descriptor, rest));
  };
  return { task, send };
}

// A file's path as the repository has it.
function local(file) {
  return file.startsWith(ROOT) ? file.slice(ROOT.length) : file;
}

function cut(text) {
  const room = budgetChars > 0 ? MESSAGE_CHARS : SHORT_CHARS;
  const plain = String(text).replace(/\u001b\[[0-9;]*m/g, '');
  const short = plain.length > room ? `${plain.slice(0, room / 3)}\n[...]\n${plain.slice((-room * 2) / 3)}` : plain;
  budgetChars -= short.length;
  return short;
}

// What an error says, with its first line marked as pytest marks it, so that one reader serves all.
function told(errors) {
  return cut(
    [errors].flat().filter(Boolean).map((error) => {
      const text = typeof error === 'string' ? error : error.stack || error.message || String(error);
      return `${text}\nE   ${text.split('\n')[0]}`;
    }).join('\n'),
  );
}

// Two tests of one file may bear one name: the second is told as `name #2`.
function numbered() {
  const counts = new Map();
  return (id) => {
    counts.set(id, (counts.get(id) || 0) + 1);
    return counts.get(id) > 1 ? `${id} #${counts.get(id)}` : id;
  };
}

module.exports = { open, local, cut, told, numbered, leave, path };
