'use strict';
// Runs inside the sandbox: `node:test`, one process per test file, started from this one, which alone reports.
// Each process loads the project's file and then our sentinels, so that they see what the file's imports did.

const wire = require('./wire.cjs');
const { mkdtempSync, writeFileSync } = require('node:fs');
const { run } = require('node:test');
const { pathToFileURL } = require('node:url');

const { task, send } = wire.open();
const FILES_AT_ONCE = 2;

function wrap(folder, file, number) {
  const place = `${folder}/${number}.mjs`;
  const both = [`${task.root}/${file}`, task.first].map((name) => `await import(${JSON.stringify(pathToFileURL(name).href)});`);
  writeFileSync(place, `${both.join('\n')}\n`);
  return place;
}

function outcomeOf(event, passed) {
  const { skip, todo } = event;
  if (skip !== undefined && skip !== false) return 'skipped';
  if (todo !== undefined && todo !== false) return passed ? 'xpassed' : 'xfailed';
  return passed ? 'passed' : 'failed';
}

async function measure(file, wrapper) {
  const path = wire.local(`${task.root}/${file}`);
  const unique = wire.numbered();
  const names = [];
  let bad = 0;
  let ended = 0;
  const result = (event, passed) => {
    const { details = {}, name, nesting } = event;
    const error = details.error;
    names.length = nesting;
    if (nesting === 0 && (name === wrapper || name.endsWith(wrapper.slice(1)))) {
      if (!passed && error?.failureType !== 'subtestsFailed') {
        bad += 1;
        send('result', path, 'error', '0', wire.told(error?.cause || error));
      }
      return;
    }
    const outcome = outcomeOf(event, passed);
    bad += outcome === 'failed';
    if (details.type === 'suite' && (passed || error?.failureType === 'subtestsFailed')) return;
    ended += 1;
    const id = unique(`${path}::${[...names, name].join(' > ')}`);
    send('result', id, outcome, ((details.duration_ms || 0) / 1000).toFixed(4), passed ? '' : wire.told(error?.cause || error));
  };
  send('file', path);
  for await (const { type, data } of run({ files: [wrapper], concurrency: false })) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names[data.nesting] = data.name;
      if (data.name !== wrapper) send('start', `${path}::${names.join(' > ')}`);
    } else if (type === 'test:pass') result(data, true);
    else if (type === 'test:fail') result(data, false);
    else if (type === 'test:stderr' || type === 'test:stdout') process.stdout.write(data.message);
  }
  return { bad, ended };
}

async function main() {
  process.chdir(task.root);
  const folder = mkdtempSync('/tmp/files-');
  const waiting = task.files.map((file, number) => [file, wrap(folder, file, number)]);
  let [bad, ended] = [0, 0];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const counts = await measure(...next);
      bad += counts.bad;
      ended += counts.ended;
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker));
  const status = bad > 0 ? 1 : 0;
  send('end', status, ended);
  wire.leave(status);
}

main().catch((error) => {
  console.error(error);
  wire.leave(70);
});
