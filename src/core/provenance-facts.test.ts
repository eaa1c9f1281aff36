import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from './provenance.ts';
import type { ManagerAnswer, ProvenanceEvidence } from './provenance-judgement.ts';
import { judgeProvenance } from './provenance-judgement.ts';

const service: Service = { manager: 'systemd-system', unit: 'x.service' };
const placed = 'The kernel places this process in systemd-system/x.service.';
const chain = [
  { pid: 30, startMark: '300', command: 'node' },
  { pid: 20, startMark: '200', command: 'sh' },
];
const none = { invocationId: null, execPid: null, listenPid: null };
const answered = {
  kind: 'answered',
  mainPid: 30,
  mainStartMark: '300',
  placeMatches: true,
  isRunning: true,
  invocationId: null,
  file: null,
  program: null,
} as const;
const facts = (more: Partial<ProvenanceEvidence>): readonly string[] =>
  judgeProvenance({
    chain,
    placed: service,
    claimed: null,
    manager: null,
    installed: null,
    environment: none,
    ...more,
  }).facts;

const answers: readonly (readonly [ManagerAnswer | null, string])[] = [
  [null, 'The service manager was not asked.'],
  [{ kind: 'silent', why: 'too late' }, 'The service manager did not answer: too late.'],
  [{ kind: 'unknown-service' }, 'The service manager that was asked knows no such service.'],
  [answered, 'The service manager says that the main process is this process, started at 300.'],
  [
    { ...answered, mainPid: 20, mainStartMark: '200' },
    'The service manager says that the main process is its ancestor 20, started at 200.',
  ],
  [
    { ...answered, placeMatches: false },
    'The service manager keeps the service in another control group than the kernel shows.',
  ],
  [
    { ...answered, mainPid: 77 },
    'The service manager says that its main process is 77, which is neither this one nor an ancestor.',
  ],
  [
    { ...answered, mainPid: 77, mainStartMark: null },
    'The service manager says that its main process is 77, which cannot be seen from here.',
  ],
  [
    { ...answered, mainPid: null, isRunning: false },
    'The service manager says that the service does not run.',
  ],
  [{ ...answered, mainPid: null }, 'The service manager says that it has no main process now.'],
];
for (const [manager, fact] of answers) {
  test(`a fact: ${fact}`, () => assert.deepEqual(facts({ manager }), [placed, fact]));
}

test('a service that only the environment names is told as that', () =>
  assert.deepEqual(
    facts({ placed: null, claimed: { manager: 'launchd-agent', unit: 'dev.x' } })[0],
    'XPC_SERVICE_NAME names launchd-agent/dev.x.',
  ));

const nowhere = 'Neither the kernel nor the environment names a service for this process.';
const only = 'Only the environment says that a service manager started this process.';
const other = (pid: number): string =>
  `The environment was made by a service manager for process ${pid}, not this one.`;
const environments: readonly (readonly [Partial<typeof none> | object, string, string])[] = [
  [{}, 'unknown', nowhere],
  [{ invocationId: 'aa' }, 'claimed', only],
  [{ execPid: 30 }, 'claimed', only],
  [{ execPid: 20 }, 'unknown', other(20)],
  [{ listenPid: 30 }, 'claimed', only],
  [{ listenPid: 99 }, 'unknown', other(99)],
  [{ execPid: 30, listenPid: 99 }, 'claimed', only],
];
for (const [environment, level, fact] of environments) {
  test(`without a place, ${JSON.stringify(environment)} is ${level}`, () =>
    assert.deepEqual(
      judgeProvenance({
        chain,
        placed: null,
        claimed: null,
        manager: null,
        installed: null,
        environment: { ...none, ...environment },
      }),
      { level, service: null, facts: [fact] },
    ));
}

test('an environment made for a process is not believed where no process can be seen', () =>
  assert.deepEqual(facts({ placed: null, chain: [], environment: { ...none, execPid: 30 } }), [
    other(30),
  ]));

test('the invocation is remarked upon only where both sides name one', () => {
  const remark = (own: string | null, manager: ManagerAnswer | null): readonly string[] =>
    facts({ manager, environment: { ...none, invocationId: own } }).slice(2);
  const named = { ...answered, invocationId: 'aa' };
  assert.deepEqual(remark('aa', named), ['INVOCATION_ID is that of the running service.']);
  assert.deepEqual(remark('bb', named), [
    'INVOCATION_ID is not that of the running service; it is not relied upon.',
  ]);
  assert.deepEqual(remark(null, named), []);
  assert.deepEqual(remark('aa', answered), []);
  assert.deepEqual(remark('aa', null), []);
  assert.deepEqual(remark('aa', { kind: 'unknown-service' }), []);
});
