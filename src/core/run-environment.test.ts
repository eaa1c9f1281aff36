import assert from 'node:assert/strict';
import test from 'node:test';
import fc, { dictionary, property, string } from 'fast-check';
import {
  environmentEntries,
  runEnvironment as environmentOf,
  inheritedOf,
  isSettable,
  type RunFacts,
} from './run-environment.ts';

/** Of an owner whose home has no files. */
const runEnvironment = (
  own: Readonly<Record<string, string>>,
  job: Readonly<Record<string, string>>,
  given: RunFacts,
): Record<string, string> => environmentOf({ own, files: [] }, job, given);

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

test('each name comes from the highest of its sources, and tells which others name it', () => {
  const base = {
    own: { PATH: '/owner', HOME: '/h', TZ: 'UTC', TOKEN: 'x' },
    files: [
      { path: '/home/env', names: { PATH: '/file', TOKEN: 'a', TZ: 'Asia/Tokyo', 'NO NAME': 'x' } },
      { path: '/home/env.la', names: { TOKEN: 'b', CRONKEEPER_EPOCH: '9' } },
    ],
  };
  const entries = environmentEntries(base, { TZ: 'Europe/Berlin', JOB: 'j' }, facts);
  const shown = entries
    .filter(({ source }) => source.kind !== 'run')
    .map(({ name, value, source, over }) => {
      const from = (one: typeof source): string => (one.kind === 'file' ? one.path : one.kind);
      return [name, value, from(source), over.map(from).join()];
    });
  assert.deepEqual(shown, [
    ['PATH', '/file', '/home/env', 'owner'],
    ['HOME', '/h', 'owner', ''],
    ['TZ', 'Europe/Berlin', 'job', 'owner,/home/env'],
    ['TOKEN', 'b', '/home/env.la', '/home/env'],
    ['JOB', 'j', 'job', ''],
  ]);
  const run = entries.filter(({ source }) => source.kind === 'run');
  assert.equal(run.length, 8);
  assert.ok(run.every(({ name, over }) => name.startsWith('CRONKEEPER_') && over.length === 0));
  assert.equal(environmentOf(base, {}, facts)['CRONKEEPER_EPOCH'], '7');
});

test('what is told of an environment is what runs inherit, and nothing else', () => {
  const own = { PATH: '/bin', LC_TIME: 'C', TOKEN: 'secret', HOME: undefined };
  assert.deepEqual(inheritedOf(own), { PATH: '/bin', LC_TIME: 'C' });
});

test('a program that is no run is told nothing of one', () => {
  const env = environmentOf({ own: { HOME: '/h', TOKEN: 's' }, files: [] }, {}, null);
  assert.deepEqual(env, { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/h' });
});
