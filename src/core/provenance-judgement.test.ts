import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Service } from './provenance.ts';
import {
  judgeProvenance,
  type ManagerAnswer,
  type ProvenanceEvidence,
} from './provenance-judgement.ts';

const service: Service = { manager: 'systemd-system', unit: 'x.service' };
const agent: Service = { manager: 'launchd-agent', unit: 'dev.x' };
const chain = [
  { pid: 30, startMark: '300', command: 'node' },
  { pid: 20, startMark: '200', command: 'sh' },
  { pid: 1, startMark: '1', command: 'systemd' },
];
const none = { invocationId: null, execPid: null, listenPid: null };
type Answered = Extract<ManagerAnswer, { kind: 'answered' }>;
const main = (mainPid: number | null, mainStartMark: string | null): Answered => ({
  kind: 'answered',
  mainPid,
  mainStartMark,
  placeMatches: true,
  isRunning: true,
  invocationId: 'aa',
  file: '/etc/systemd/system/x.service',
  program: '/usr/bin/node /opt/x.js runner',
});
/** What was installed under the name of the service. */
const installed = {
  file: '/etc/systemd/system/x.service',
  program: ['/usr/bin/node', '/opt/x.js', 'runner'],
};
const evidence = (changes: Partial<ProvenanceEvidence>): ProvenanceEvidence => ({
  chain,
  placed: null,
  claimed: null,
  manager: null,
  installed: null,
  environment: none,
  ...changes,
});
/** From the process up; a pid tells its start in ticks, times ten. */
const inContainer = (
  pids: readonly number[],
  first = 'node cronkeeper.js runner',
): Partial<ProvenanceEvidence> => ({
  isContained: true,
  chain: pids.map((pid) => ({
    pid,
    startMark: `${100_000 + pid * 10}`,
    command: pid === 1 ? first : 'node cronkeeper.js runner',
  })),
});
const silent: ManagerAnswer = { kind: 'silent', why: 'timeout' };
const unknownService: ManagerAnswer = { kind: 'unknown-service' };

const cases = [
  {
    name: 'is the main process',
    given: { placed: service, manager: main(30, '300') },
    level: 'proven',
  },
  {
    name: 'is a child of the main process',
    given: { placed: service, manager: main(20, '200') },
    level: 'proven',
  },
  {
    name: 'has an ancestor whose pid was reused by the time of the answer',
    given: { placed: service, manager: main(20, '999') },
    level: 'mismatch',
  },
  {
    name: 'sits beside another main process',
    given: { placed: service, manager: main(77, '700') },
    level: 'mismatch',
  },
  {
    name: 'is kept elsewhere by the manager',
    given: {
      placed: service,
      manager: { ...main(30, '300'), placeMatches: false },
    },
    level: 'mismatch',
  },
  {
    name: 'is the main process of what was installed',
    given: { placed: service, manager: main(30, '300'), installed },
    level: 'proven',
  },
  {
    name: 'is the main process of what was installed, as far as its manager tells',
    given: {
      placed: service,
      manager: { ...main(30, '300'), file: null, program: null },
      installed,
    },
    level: 'proven',
  },
  {
    name: 'is the main process of a unit of that name from another file',
    given: {
      placed: service,
      manager: { ...main(30, '300'), file: '/run/systemd/system/x.service' },
      installed,
    },
    level: 'mismatch',
  },
  {
    name: 'is the main process of a unit of that name that executes another program',
    given: {
      placed: service,
      manager: { ...main(30, '300'), program: '/usr/bin/node /tmp/x.js runner' },
      installed,
    },
    level: 'mismatch',
  },
  {
    name: 'is in a look-alike that has no main process',
    given: { placed: service, manager: { ...main(null, null), file: '/tmp/x' }, installed },
    level: 'mismatch',
  },
  {
    name: 'is the job of launchd under the installed label with another program',
    given: {
      claimed: agent,
      manager: { ...main(30, '300'), file: null, program: '/usr/bin/node' },
      installed,
    },
    level: 'mismatch',
  },
  {
    name: 'was left over by a service that stopped',
    given: { placed: service, manager: { ...main(null, null), isRunning: false } },
    level: 'mismatch',
  },
  {
    name: 'has a main process in another namespace',
    given: { placed: service, manager: main(77, null) },
    level: 'corroborated',
  },
  {
    name: 'is in a service without a main process',
    given: { placed: service, manager: main(null, null) },
    level: 'corroborated',
  },
  {
    name: 'has a silent manager',
    given: { placed: service, manager: silent },
    level: 'corroborated',
  },
  {
    name: 'has an unknowing manager',
    given: { placed: service, manager: unknownService },
    level: 'corroborated',
  },
  { name: 'has no manager', given: { placed: service }, level: 'corroborated' },
  {
    name: 'is the main process with a forged environment',
    given: {
      placed: service,
      manager: main(30, '300'),
      environment: { ...none, invocationId: 'bb' },
    },
    level: 'proven',
  },
  { name: 'is nowhere', given: {}, level: 'unknown' },
  {
    name: 'has only an invocation id',
    given: { environment: { ...none, invocationId: 'aa' } },
    level: 'claimed',
  },
  {
    name: 'forges its whole environment',
    given: { environment: { invocationId: 'aa', execPid: 30, listenPid: 30 } },
    level: 'claimed',
  },
  {
    name: 'inherited its environment',
    given: { environment: { invocationId: 'aa', execPid: 20, listenPid: null } },
    level: 'unknown',
  },
  {
    name: 'inherited its sockets',
    given: { environment: { ...none, listenPid: 20 } },
    level: 'unknown',
  },
  { name: 'is process 1 of a container', given: inContainer([1]), level: 'corroborated' },
  {
    name: 'is the child of our launcher in a container',
    given: inContainer([7, 1], 'sh cronkeeper runner'),
    level: 'corroborated',
  },
  {
    name: 'is the child of a small init in a container',
    given: inContainer([7, 1], 'tini'),
    level: 'corroborated',
  },
  {
    name: 'was inherited by the launcher of a container',
    given: inContainer([700, 1], 'sh cronkeeper runner'),
    level: 'unknown',
  },
  {
    name: 'was started by somebody in a container',
    given: inContainer([7, 6, 1], 'sh cronkeeper runner'),
    level: 'unknown',
  },
  {
    name: 'was put into a container from outside',
    given: inContainer([7]),
    level: 'unknown',
  },
  {
    name: 'is below a service manager of a container',
    given: inContainer([7, 1], 'systemd'),
    level: 'unknown',
  },
  {
    name: 'is process 1 of the machine',
    given: { ...inContainer([1]), isContained: false },
    level: 'unknown',
  },
  {
    name: 'is the job of launchd',
    given: { claimed: agent, manager: main(30, '300') },
    level: 'proven',
  },
  {
    name: 'is a child of the job of launchd',
    given: { claimed: agent, manager: main(20, '200') },
    level: 'proven',
  },
  {
    name: 'names a job of launchd that is another process',
    given: { claimed: agent, manager: main(77, '7') },
    level: 'mismatch',
  },
  {
    name: 'names a job of launchd that has no process',
    given: { claimed: agent, manager: main(null, null) },
    level: 'mismatch',
  },
  {
    name: 'names a job that launchd does not know',
    given: { claimed: agent, manager: unknownService },
    level: 'mismatch',
  },
  {
    name: 'names a job of a silent launchd',
    given: { claimed: agent, manager: silent },
    level: 'claimed',
  },
] as const;

for (const { name, given, level } of cases)
  test(`a process that ${name} is ${level}`, () => {
    const judged = judgeProvenance(evidence(given));
    assert.equal(judged.level, level);
    assert.ok(judged.facts.length > 0);
  });

const environments = fc.record({
  invocationId: fc.constantFrom(null, 'aa', 'bb'),
  execPid: fc.constantFrom(null, 30, 20, 99),
  listenPid: fc.constantFrom(null, 30, 20, 99),
});
const managers = fc.oneof(
  fc.constantFrom(null, silent, unknownService),
  fc.record({
    kind: fc.constant('answered' as const),
    mainPid: fc.constantFrom(null, 30, 20, 77),
    mainStartMark: fc.constantFrom(null, '300', '200', '700'),
    placeMatches: fc.boolean(),
    isRunning: fc.boolean(),
    invocationId: fc.constantFrom(null, 'aa'),
    file: fc.constantFrom(null, installed.file, '/tmp/x.service'),
    program: fc.constantFrom(null, installed.program.join(' '), 'other'),
  }),
);

test('no environment changes the level of a process that the kernel places in a service', () => {
  fc.assert(
    fc.property(managers, environments, (manager, environment) => {
      const bare = judgeProvenance(evidence({ placed: service, manager }));
      const dressed = judgeProvenance(evidence({ placed: service, manager, environment }));
      assert.equal(dressed.level, bare.level);
      assert.deepEqual(dressed.service, bare.service);
    }),
  );
});

test('a unit from another file or of another program never proves to be the one that was installed', () => {
  fc.assert(
    fc.property(managers, environments, (manager, environment) => {
      const { level } = judgeProvenance(
        evidence({ placed: service, manager, environment, installed }),
      );
      if (level !== 'proven') return;
      assert.ok(manager?.kind === 'answered');
      assert.ok(manager.file === null || manager.file === installed.file);
      assert.notEqual(manager.program, 'other');
    }),
  );
});

test('only a main process in the chain with its start mark proves, and only an environment claims', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(null, service),
      fc.constantFrom(null, agent),
      managers,
      environments,
      (placed, claimed, manager, environment) => {
        const { level } = judgeProvenance(evidence({ placed, claimed, manager, environment }));
        if (level === 'proven') {
          assert.ok(manager?.kind === 'answered');
          const link = chain.find(({ pid }) => pid === manager.mainPid);
          assert.ok(link && link.startMark === manager.mainStartMark);
        }
        if (!placed && !claimed) assert.ok(level === 'claimed' || level === 'unknown');
      },
    ),
  );
});
