import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadinessAnswer } from '../../../operations/answers.ts';
import { failureDocument, renderFailure } from './failure.ts';
import { presentPlan, presentProfiles } from './upkeep.ts';
import type { View } from './view.ts';
import { nothingWillRun, renderWarnings } from './words.ts';

const view: View = {
  columns: 80,
  color: false,
  now: 0,
  zone: 'UTC',
  verbose: false,
  profile: 'la',
};
const absent: ReadinessAnswer = {
  willRun: false,
  code: 'owner_absent',
  message: 'no scheduler is active for profile "la"',
  remedy: { kind: 'command', text: 'cronkeeper runner -p la' },
  by: null,
};

test('the one warning names the profile and the command', () => {
  assert.equal(
    nothingWillRun(absent, 'THIS JOB', view),
    '⚠ NOTHING WILL RUN THIS JOB: no scheduler is active for profile "la". Start one: cronkeeper runner -p la\n',
  );
});

const quiet = [
  { ...absent, willRun: true, code: 'will_run' as const },
  { ...absent, code: 'job_paused' as const },
  { ...absent, code: 'job_done' as const },
];
for (const readiness of quiet) {
  test(`there is no such warning for ${readiness.code}`, () => {
    assert.equal(nothingWillRun(readiness, 'THIS JOB', view), '');
  });
}

test('advice is not called a command to start', () => {
  const remedy = { kind: 'advice' as const, text: 'Start x.service.' };
  assert.match(
    nothingWillRun({ ...absent, remedy }, 'THESE JOBS', view),
    /"la"\. Start x\.service\.\n$/,
  );
});

test('a plan shows what would change, then the sum, and that nothing was done', () => {
  const answer = {
    applied: false,
    counts: { create: 1, change: 1, unchanged: 2, remove: 1 },
    items: [
      { action: 'create' as const, name: 'a', id: null, changed: [] },
      { action: 'change' as const, name: 'b\u001b', id: '1', changed: ['when', 'command'] },
      { action: 'unchanged' as const, name: 'c', id: '2', changed: [] },
      { action: 'remove' as const, name: 'd', id: '3', changed: [] },
    ],
    warnings: [],
    readiness: absent,
  };
  assert.deepEqual(presentPlan(answer, view), {
    text: [
      '+ create a',
      '~ change b\\x1b  (when, command)',
      '- remove d',
      'Plan: 1 to create, 1 to change, 1 to remove, 2 unchanged.',
      '  Nothing was changed.  Without --plan it is done.',
      '',
    ].join('\n'),
    warnings: '',
  });
  const done = presentPlan({ ...answer, applied: true }, view);
  assert.match(done.text, /Applied: 1 created, 1 changed, 1 removed, 2 unchanged\.\n$/);
  assert.match(done.warnings, /NOTHING WILL RUN THESE JOBS/);
});

test('profiles say whether their jobs will run', () => {
  const profiles = [{ name: 'la', createdAt: '', jobs: 2, current: true, readiness: absent }];
  assert.match(presentProfiles({ profiles }, view).text, /^\* +la +2 +✗ no: no scheduler/m);
});

const failure = {
  code: 'ambiguous',
  message: '2 jobs are named "x"',
  remedy: { kind: 'advice' as const, text: 'Use the id.' },
  details: { candidates: [{ id: '01JX', state: 'enabled', name: 'x\u202e' }] },
};

test('a refusal says why, its code, what to do, and the candidates', () => {
  assert.equal(
    renderFailure(failure, view),
    '✗ 2 jobs are named "x" [ambiguous]\n  → Use the id.\n  - 01JX  enabled  x\\u{202e}\n',
  );
});

test('the error document has exactly the promised fields', () => {
  assert.deepEqual(Object.keys(failureDocument(failure).error), [
    'code',
    'message',
    'remedy',
    'details',
  ]);
});

test('a command is never broken into lines', () => {
  const text = `cronkeeper owner appoint service systemd-user/${'x'.repeat(60)}.service -p la`;
  const warning = {
    code: 'several_schedulers' as const,
    message: 'Two.',
    remedy: { kind: 'command' as const, text },
  };
  assert.equal(renderWarnings([warning], { ...view, columns: 40 }), `⚠ Two.\n  → ${text}\n`);
});
