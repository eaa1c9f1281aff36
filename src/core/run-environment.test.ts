import assert from 'node:assert/strict';
import test from 'node:test';
import fc, { dictionary, property, string } from 'fast-check';
import { isSettable, type RunFacts, runEnvironment } from './run-environment.ts';

const facts: RunFacts = {
  profile: 'default',
  jobId: 'J',
  jobName: 'report',
  runId: 'R',
  attempt: 2,
  fireTime: 0,
  epoch: 7,
  idempotencyKey: 'J/0',
};

test('a run inherits only what is on the list', () => {
  const env = runEnvironment({ HOME: '/h', LC_ALL: 'C', AWS_SECRET_ACCESS_KEY: 's' }, {}, facts);
  assert.deepEqual(env, {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/h',
    LC_ALL: 'C',
    CRONKEEPER_PROFILE: 'default',
    CRONKEEPER_JOB_ID: 'J',
    CRONKEEPER_JOB_NAME: 'report',
    CRONKEEPER_RUN_ID: 'R',
    CRONKEEPER_ATTEMPT: '2',
    CRONKEEPER_FIRE_TIME: '1970-01-01T00:00:00.000Z',
    CRONKEEPER_EPOCH: '7',
    CRONKEEPER_IDEMPOTENCY_KEY: 'J/0',
  });
});

test("a job's own value goes before the inherited one", () => {
  assert.equal(runEnvironment({ HOME: '/h' }, { HOME: '/j' }, facts)['HOME'], '/j');
});

test('the fire time of a request is empty', () => {
  assert.equal(runEnvironment({}, {}, { ...facts, fireTime: null })['CRONKEEPER_FIRE_TIME'], '');
});

test('nobody overrides what a run is told about itself', () => {
  const ours = (env: Readonly<Record<string, string>>): string[] =>
    Object.entries(env)
      .filter(([name]) => name.startsWith('CRONKEEPER_'))
      .map(([name, value]) => `${name}=${value}`);
  const plain = ours(runEnvironment({}, {}, facts));
  const name = string().map((end) => `CRONKEEPER_${end}`);
  fc.assert(
    property(dictionary(name, string()), (forged) => {
      assert.deepEqual(ours(runEnvironment(forged, forged, facts)), plain);
      assert.deepEqual(
        ours(runEnvironment({}, { ...forged, CRONKEEPER_EPOCH: '99' }, facts)),
        plain,
      );
    }),
  );
});

test('exactly the allow-list and the locale are inherited', () => {
  const kept = 'PATH HOME USER LOGNAME SHELL LANG TZ TMPDIR XDG_RUNTIME_DIR LC_ALL'.split(' ');
  const left = 'SSH_AUTH_SOCK TOKEN MY_LC_ LC path'.split(' ');
  const base = Object.fromEntries([...kept, ...left].map((name) => [name, `of ${name}`]));
  const own = Object.entries(runEnvironment(base, {}, facts)).filter(
    ([name]) => !name.startsWith('CRONKEEPER_'),
  );
  assert.deepEqual(
    own,
    kept.map((name) => [name, `of ${name}`]),
  );
});

const settable = [
  ['A', true],
  ['_a1', true],
  ['1A', false],
  ['A-B', false],
  ['A B', false],
  ['', false],
  ['CRONKEEPER_X', false],
  ['X_CRONKEEPER_', true],
  ['CRONKEEPER', true],
] as const;
for (const [name, is] of settable) {
  test(`a job ${is ? 'may' : 'may not'} set "${name}"`, () => {
    assert.equal(isSettable(name), is);
    assert.equal(Object.hasOwn(runEnvironment({}, { [name]: 'x' }, facts), name), is);
  });
}
