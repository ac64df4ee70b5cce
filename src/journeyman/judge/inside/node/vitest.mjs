// Runs inside the sandbox: Vitest with the base's configuration, our sentinels in every test file.
// Test files run in forked processes; this one, which alone reports, loads no line of the project but its configuration.

import { createRequire } from 'node:module';

const wire = createRequire(import.meta.url)('./wire.cjs');
const { task, send } = wire.open();
process.chdir(task.root);
const { startVitest } = await import('vitest/node');

const OUTCOMES = { pass: 'passed', fail: 'failed', skip: 'skipped', todo: 'skipped', only: 'skipped', run: 'error', queued: 'error' };
let bad = 0;
let ended = 0;

function namesOf(task) {
  return task.suite && task.suite !== task.file ? [...namesOf(task.suite), task.name] : [task.name];
}

function tell(task, place, unique) {
  if (task.type === 'suite') {
    if (task.result?.state === 'fail' && task.result.errors?.length) {
      bad += 1;
      send('result', unique(task === task.file ? place : `${place}::${namesOf(task).join(' > ')}`), 'error', '0', wire.told(task.result.errors));
    }
    for (const inner of task.tasks) tell(inner, place, unique);
    return;
  }
  // A test that was to run and has no result was never reached.
  const state = task.result?.state || (task.mode === 'run' ? '' : task.mode);
  if (!state || state === 'run' || state === 'queued') return;
  const outcome = OUTCOMES[state] || 'error';
  bad += outcome === 'failed' || outcome === 'error';
  ended += 1;
  const id = unique(`${place}::${namesOf(task).join(' > ')}`);
  send('result', id, outcome, ((task.result?.duration || 0) / 1000).toFixed(4), wire.told(task.result?.errors));
}

const reporter = {
  onTestModuleQueued: (module) => send('file', wire.local(module.moduleId)),
  onTestCaseReady: (test) => send('start', `${wire.local(test.module.moduleId)}::${test.fullName}`),
};
const ours = { name: 'journeyman', config: () => ({ test: { setupFiles: [task.first] } }) };
const vitest = await startVitest(
  'test',
  [],
  {
    root: task.root, config: task.config || undefined, configLoader: 'runner', watch: false, run: true, passWithNoTests: false,
    allowOnly: true, bail: 0, retry: 0, reporters: [reporter], pool: 'forks', isolate: true, maxWorkers: 2,
    coverage: { enabled: false }, update: false, cache: false, typecheck: { enabled: false },
  },
  { cacheDir: '/tmp/vite', plugins: [ours] },
);
const uncaught = vitest.state.getUnhandledErrors();
for (const file of vitest.state.getFiles()) tell(file, wire.local(file.filepath), wire.numbered());
if (uncaught.length) {
  bad += 1;
  send('result', 'unhandled errors', 'error', '0', wire.told(uncaught));
}
const status = bad > 0 ? 1 : 0;
send('end', status, ended);
wire.leave(status);
