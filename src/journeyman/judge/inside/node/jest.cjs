'use strict';
// Runs inside the sandbox: Jest with the base's configuration, our reporter and our sentinels in every test file.
// Test files run in worker processes; this one, which alone reports, loads no line of the project but its configuration.

const wire = require('./wire.cjs');
const { createRequire } = require('node:module');
const path = require('node:path');

class Reporter {
  constructor() {
    this.bad = 0;
    this.ended = 0;
  }

  onTestFileStart(test) {
    shared.send('file', wire.local(test.path));
  }

  onTestCaseStart(test, info) {
    shared.send('start', `${wire.local(test.path)}::${nameOf(info)}`);
  }

  onTestResult(test, file) {
    const place = wire.local(test.path);
    const unique = wire.numbered();
    if (file.testExecError || (file.failureMessage && !file.testResults.length)) {
      this.bad += 1;
      shared.send('result', place, 'error', '0', wire.told(file.failureMessage || file.testExecError));
    }
    for (const result of file.testResults) {
      const outcome = OUTCOMES[result.status] || 'error';
      this.bad += outcome === 'failed' || outcome === 'error';
      this.ended += 1;
      const id = unique(`${place}::${nameOf(result)}`);
      shared.send('result', id, outcome, ((result.duration || 0) / 1000).toFixed(4), wire.told(result.failureMessages));
    }
  }
}

const OUTCOMES = { passed: 'passed', failed: 'failed', pending: 'skipped', skipped: 'skipped', disabled: 'skipped', todo: 'skipped' };
const nameOf = (result) => [...result.ancestorTitles, result.title].join(' > ');
const shared = { send: null };

async function main() {
  const { task, send } = wire.open();
  shared.send = send;
  process.chdir(task.root);
  const fromProject = createRequire(`${task.root}/package.json`);
  const fromJest = createRequire(fromProject.resolve('jest'));
  const core = fromJest('@jest/core');
  const { readInitialOptions } = createRequire(fromJest.resolve('@jest/core'))('jest-config');
  const { config, configPath } = await readInitialOptions(task.config || undefined);
  const rootDir = path.resolve(configPath ? path.dirname(configPath) : task.root, config.rootDir || '.');
  const setup = config.setupFilesAfterEnv || [];
  const reporter = new Reporter();
  shared.reporter = reporter;
  const argv = {
    $0: 'jest', _: [], ci: true, coverage: false, passWithNoTests: false, watchman: false, cacheDirectory: '/tmp/jest',
    maxWorkers: 2, workerIdleMemoryLimit: '1GB', // a limit makes Jest use workers even for one file
    reporters: [__filename], silent: false, bail: 0, onlyChanged: false, forceExit: true,
    config: JSON.stringify({ ...config, rootDir, setupFilesAfterEnv: [...setup, task.first] }),
  };
  const { results } = await core.runCLI(argv, [task.root]);
  const status = reporter.bad > 0 || !results.success ? 1 : 0;
  send('end', status, reporter.ended);
  wire.leave(status);
}

// Jest asks this very module for its reporter: a main module is in the cache like any other.
module.exports = function reporterOf() {
  return shared.reporter;
};
if (require.main === module) {
  main().catch((error) => {
    console.error(error);
    wire.leave(70);
  });
}
