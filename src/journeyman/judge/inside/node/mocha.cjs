'use strict';
// Runs inside the sandbox: Mocha's own command line with the base's configuration, in this process, our reporter and
// our sentinels before and behind the suite. Product code shares the process, so everything is bound before it loads.

const wire = require('./wire.cjs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const { task, send } = wire.open();
process.chdir(task.root);

class Reporter {
  constructor(runner) {
    const unique = wire.numbered();
    const id = (test) => `${wire.local(test.file || '')}::${test.titlePath().join(' > ')}`;
    const took = (test) => ((test.duration || 0) / 1000).toFixed(4);
    const say = (test, outcome, error) => {
      this.ended += 1;
      this.bad += outcome === 'failed';
      send('result', unique(id(test)), outcome, took(test), error ? wire.told(error) : '');
    };
    this.bad = 0;
    this.ended = 0;
    runner.on('test', (test) => send('start', id(test)));
    runner.on('pass', (test) => say(test, 'passed'));
    runner.on('fail', (test, error) => say(test, 'failed', error));
    runner.on('pending', (test) => say(test, 'skipped'));
  }

  done() {
    const status = this.bad > 0 ? 1 : 0;
    send('end', status, this.ended);
    wire.leave(status);
  }
}

// What the base's configuration names as specs is added to by the command line; without any, Mocha means ./test.
function defaultSpec() {
  for (const name of ['mocha/lib/cli/options.cjs', 'mocha/lib/cli/options.js']) {
    try {
      const given = require(name).loadOptions([]);
      return [given.spec, given._].flat().some(Boolean) ? [] : ['./test'];
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return ['./test'];
}

module.exports = Reporter;
if (require.main === module) {
  const home = path.dirname(require.resolve('mocha/package.json'));
  const { bin } = require('mocha/package.json');
  const program = path.join(home, bin.mocha || bin);
  process.argv = [
    ...[process.argv[0], program, '--reporter', __filename, '--file', task.first],
    ...(task.config ? ['--config', task.config] : []),
    ...['--no-parallel', '--no-bail', '--no-dry-run', '--no-sort', '--retries', '0'],
    ...[...defaultSpec(), task.last],
  ];
  import(pathToFileURL(program).href).catch((error) => {
    console.error(error);
    wire.leave(70);
  });
}
