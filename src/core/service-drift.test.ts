import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRecord } from '../../test/samples.ts';
import { findDrift, lookAlike, type SeenService } from './service-drift.ts';
import type { ServiceRecord } from './service-record.ts';

const record: ServiceRecord = sampleRecord({
  program: ['/usr/bin/node', '/opt/my $ck/cronkeeper.js', 'runner', '-p', 'la'],
});
const program = record.program.join(' ');
const same: SeenService = {
  file: record.file,
  program,
  sha256: 'aa',
  changedFiles: [],
  needsReload: false,
};

const cases: readonly (readonly [string, Partial<SeenService>, readonly string[]])[] = [
  ['is as it was installed', {}, []],
  ['of which its manager tells nothing', { file: null, program: null }, []],
  ['whose dollars are shown twice', { program: program.replaceAll('$', '$$$$') }, []],
  ['goes by another file', { file: '/run/x.service' }, ['look-alike']],
  ['executes another program', { program: '/usr/bin/node /tmp/x.js' }, ['look-alike']],
  ['goes by another file with another program', { file: '/x', program: '/y' }, ['look-alike']],
  ['has another text', { sha256: 'bb' }, ['text']],
  ['has lost its file', { sha256: null }, ['text']],
  ['was not read again', { needsReload: true }, ['reload']],
  [
    'was replaced altogether',
    { file: '/x', sha256: 'bb', needsReload: true, changedFiles: ['/usr/bin/node', '/opt/x.js'] },
    ['look-alike', 'text', 'reload', 'binary', 'binary'],
  ],
];
for (const [what, seen, kinds] of cases) {
  test(`a service that ${what} has ${kinds.length} drifts`, () => {
    const drifts = findDrift(record, { ...same, ...seen });
    assert.deepEqual(
      drifts.map(({ kind }) => kind),
      kinds,
    );
    for (const { message } of drifts) assert.match(message, /^[A-Z/].*\.$/);
    assert.equal(lookAlike(record, { ...same, ...seen }) !== null, kinds.includes('look-alike'));
  });
}
