import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './checker.ts';
import type {
  Begin,
  Change,
  Claim,
  Evidence,
  Fault,
  LedgerAttempt,
  LedgerJob,
  LedgerRun,
} from './evidence.ts';
import { faultOf } from './nemesis.ts';
import type { ViolationKind } from './verdict.ts';

const wallMinusBoot = 1_767_600_000_000;
const start = 1_000_000;
const seconds = 40;
const holder = '100:5';
const second = '200:9';

const wall = (boot: number): number => boot + wallMinusBoot;
const fireBoot = (index: number): number => start + index * 1_000;

const job: LedgerJob = {
  id: 'JOB',
  name: 'second',
  everyMs: 1_000,
  anchor: wall(start),
  overlap: 'skip',
  retries: 0,
  createdAt: wall(start),
  decidedUntil: wall(start + (seconds + 1) * 1_000) - 500,
  isPrompt: true,
};

const attempt = (index: number, change: Partial<LedgerAttempt> = {}): LedgerAttempt => ({
  number: 1,
  epoch: 1,
  instanceId: 'A',
  process: `${1_000 + index}:7`,
  startedBy: holder,
  state: 'ended',
  outcome: 'succeeded',
  reason: null,
  didBegin: true,
  ...change,
});

const run = (index: number, change: Partial<LedgerRun> = {}): LedgerRun => ({
  id: `R${index}`,
  jobId: 'JOB',
  fireTime: wall(fireBoot(index)),
  fireTimeEnd: null,
  count: 1,
  cause: 'schedule',
  state: 'ended',
  outcome: 'succeeded',
  reason: null,
  endedAt: wall(fireBoot(index)) + 60,
  attempts: [attempt(index)],
  ...change,
});

const begin = (index: number, change: Partial<Begin> = {}): Begin => ({
  job: 'second',
  fireTime: wall(fireBoot(index)),
  run: `R${index}`,
  attempt: 1,
  epoch: 1,
  boot: fireBoot(index) + 20,
  wall: wall(fireBoot(index)) + 20,
  chain: [`${5_000 + index}:8`, `${1_000 + index}:7`, '101:6', holder, '1:0'],
  traced: fireBoot(index) + 30,
  ...change,
});

const indexes = Array.from({ length: seconds }, (_, index) => index + 1);
const claim: Claim = { epoch: 1, instanceId: 'A', pid: 100, grounds: 'free' };
const life = { process: holder, from: start - 500, until: null } as const;

/** A quiet stretch in which everything is as it should be. */
const quiet: Evidence = {
  from: start,
  until: start + seconds * 1_000 + 500,
  testimony: {
    begins: indexes.map((index) => begin(index)),
    ends: indexes.map((index) => ({ run: `R${index}`, attempt: 1, boot: fireBoot(index) + 40 })),
    torn: 0,
  },
  ledger: { jobs: [job], runs: indexes.map((index) => run(index)), claims: [claim] },
  faults: [],
  lives: [life],
  changes: [],
  answers: indexes.map((index) => ({
    from: fireBoot(index) + 400,
    boot: fireBoot(index) + 500,
    door: 'operation',
    willRun: true,
    code: 'will_run',
  })),
  remnants: [],
  leftBehind: [],
  clockOffsets: [{ boot: 0, ms: 0 }],
  wallMinusBoot,
};

type Planted = {
  /** Replaces starts and rows by index. */
  readonly begins?: Readonly<Record<number, readonly Begin[]>>;
  readonly runs?: Readonly<Record<number, readonly LedgerRun[]>>;
  readonly ends?: Evidence['testimony']['ends'];
  readonly jobs?: readonly LedgerJob[];
  readonly rest?: Partial<Evidence>;
};

function changed({ begins = {}, runs = {}, ends, jobs, rest = {} }: Planted): Evidence {
  const { testimony, ledger } = quiet;
  return {
    ...quiet,
    testimony: {
      ...testimony,
      begins: indexes.flatMap((index) => begins[index] ?? [begin(index)]),
      ends: ends ?? testimony.ends,
    },
    ledger: {
      ...ledger,
      jobs: jobs ?? ledger.jobs,
      runs: indexes.flatMap((index) => runs[index] ?? [run(index)]),
    },
    ...rest,
  };
}

const missed = (index: number): LedgerRun =>
  run(index, { state: 'missed', outcome: null, reason: 'owner_absent', attempts: [] });

const fault = (name: string, strike: Partial<Fault> & { readonly from: number }): Fault =>
  faultOf(name, { until: strike.from, ...strike });

/** Stretches in which nothing ran because nobody could. */
const gap = (from: number, until: number): Pick<Required<Planted>, 'begins' | 'runs'> => {
  const gone = indexes.filter((index) => index >= from && index <= until);
  return {
    begins: Object.fromEntries(gone.map((index) => [index, []])),
    runs: Object.fromEntries(gone.map((index) => [index, [missed(index)]])),
  };
};

const answersOf = (
  willRun: (index: number) => boolean,
  door: 'operation' | 'command' = 'operation',
) =>
  indexes.map((index) => ({
    from: fireBoot(index) + 400,
    boot: fireBoot(index) + 500,
    door,
    willRun: willRun(index),
    code: willRun(index) ? 'will_run' : 'owner_absent',
  }));

const handedOver: Change = {
  boot: fireBoot(41),
  epoch: 2,
  process: second,
  before: { epoch: 1, process: holder, isAlive: false, isStarterAlive: false },
  wasReleased: false,
};

type Case = {
  readonly name: string;
  readonly kinds: readonly ViolationKind[];
  readonly evidence: Evidence;
};

const planted: readonly Case[] = [
  {
    name: 'an occurrence that began as two runs',
    kinds: ['duplicate', 'duplicate'],
    evidence: changed({
      begins: {
        5: [
          begin(5),
          begin(5, { run: 'X', boot: fireBoot(5) + 300, chain: ['9:9', '9999:7', holder] }),
        ],
      },
      runs: { 5: [run(5), run(5, { id: 'X', attempts: [attempt(5, { process: '9999:7' })] })] },
    }),
  },
  {
    name: 'an attempt that began twice',
    kinds: ['duplicate', 'duplicate'],
    evidence: changed({ begins: { 5: [begin(5), begin(5, { boot: fireBoot(5) + 300 })] } }),
  },
  {
    name: 'another attempt after an end that nobody knows',
    kinds: ['duplicate', 'lost-run'],
    evidence: changed({
      begins: {
        5: [
          begin(5),
          begin(5, { attempt: 2, boot: fireBoot(5) + 400, chain: ['9:9', '9999:7', holder] }),
        ],
      },
      runs: {
        5: [
          run(5, {
            attempts: [
              attempt(5, { outcome: 'unknown' }),
              attempt(5, { number: 2, process: '9999:7' }),
            ],
          }),
        ],
      },
      jobs: [{ ...job, retries: 2 }],
    }),
  },
  {
    name: 'an occurrence that nobody decided',
    kinds: ['silent'],
    evidence: changed({ begins: { 5: [] }, runs: { 5: [] } }),
  },
  {
    name: 'the newest occurrences, which nobody decided',
    kinds: ['silent'],
    evidence: changed({ begins: { 40: [] }, runs: { 40: [] } }),
  },
  {
    name: 'an occurrence that was decided twice',
    kinds: ['duplicate'],
    evidence: changed({ runs: { 5: [run(5), { ...missed(5), id: 'X' }] } }),
  },
  {
    name: 'a row whose count is not what its ends say',
    kinds: ['silent'],
    evidence: changed({
      begins: { 5: [], 6: [] },
      runs: { 5: [{ ...missed(5), fireTimeEnd: wall(fireBoot(6)), count: 3 }], 6: [] },
    }),
  },
  {
    name: 'a start under an instance that did not hold the epoch',
    kinds: ['unauthorised'],
    evidence: changed({ runs: { 5: [run(5, { attempts: [attempt(5, { instanceId: 'B' })] })] } }),
  },
  {
    name: 'a start whose epoch is not that of its attempt',
    kinds: ['unauthorised'],
    evidence: changed({ begins: { 5: [begin(5, { epoch: 2 })] } }),
  },
  {
    name: 'a start that does not descend from its recorded wrapper',
    kinds: ['unauthorised', 'phantom'],
    evidence: changed({ begins: { 5: [begin(5, { chain: ['5005:8', '4:4', holder] })] } }),
  },
  {
    name: 'a start that does not descend from the living holder',
    kinds: ['unauthorised'],
    evidence: changed({ begins: { 5: [begin(5, { chain: ['5005:8', '1005:7', '1:0'] })] } }),
  },
  {
    name: 'a start that descends from another instance than the one that its attempt names',
    kinds: ['unauthorised'],
    evidence: changed({
      begins: { 40: [begin(40, { chain: ['5040:8', '1040:7', '201:6', '200:5', '1:0'] })] },
      rest: {
        lives: [
          { ...life, until: fireBoot(40) + 900 },
          { process: '200:5', from: start, until: null },
        ],
      },
    }),
  },
  {
    name: 'a start long after its holder had ended',
    kinds: ['unauthorised'],
    evidence: changed({
      begins: { 40: [begin(40, { chain: begin(40).chain.slice(0, 2) })] },
      rest: { lives: [{ ...life, until: fireBoot(40) - 5_000 }] },
    }),
  },
  {
    name: 'a start by a process that nobody started as an instance',
    kinds: ['unauthorised'],
    evidence: changed({ runs: { 5: [run(5, { attempts: [attempt(5, { startedBy: '66:6' })] })] } }),
  },
  {
    name: 'a start long after a newer epoch began',
    kinds: ['stale-start'],
    evidence: { ...quiet, changes: [{ ...handedOver, boot: fireBoot(40) - 1_500 }] },
  },
  {
    name: 'a lease taken while its holder lived',
    kinds: ['two-holders'],
    evidence: withChange({ isAlive: true }),
  },
  {
    name: 'a lease taken while the starter of its holder lived',
    kinds: ['two-holders'],
    evidence: withChange({ isStarterAlive: true }),
  },
  {
    name: 'a start before its time',
    kinds: ['early'],
    evidence: changed({
      begins: { 5: [begin(5, { boot: fireBoot(5) - 10, wall: wall(fireBoot(5)) - 3 })] },
    }),
  },
  {
    name: 'a late start in health',
    kinds: ['late'],
    evidence: changed({
      begins: { 5: [begin(5, { boot: fireBoot(5) + 6_000, wall: wall(fireBoot(5)) + 6_000 })] },
      ends: [],
    }),
  },
  {
    name: 'a process that outlived its run',
    kinds: ['orphan'],
    evidence: {
      ...quiet,
      remnants: [{ boot: fireBoot(38), run: 'R5', process: '77:7', command: 'sleep' }],
    },
  },
  {
    name: 'a process that was left when all was stopped',
    kinds: ['orphan'],
    evidence: { ...quiet, leftBehind: ['77 sleep'] },
  },
  {
    name: 'a run that stays running',
    kinds: ['stuck'],
    evidence: changed({ runs: { 5: [run(5, { state: 'running', outcome: null })] } }),
  },
  {
    name: 'a run that began while the one before went on',
    kinds: ['overlap'],
    evidence: {
      ...quiet,
      testimony: {
        ...quiet.testimony,
        ends: [{ run: 'R5', attempt: 1, boot: fireBoot(6) + 200 }],
      },
    },
  },
  {
    name: 'a run that began while a process of the one before was seen alive',
    kinds: ['overlap'],
    evidence: {
      ...quiet,
      remnants: [{ boot: fireBoot(6) + 200, run: 'R5', process: '5005:8', command: 'sleep' }],
    },
  },
  {
    name: 'a success that nobody witnessed',
    kinds: ['phantom'],
    evidence: changed({ begins: { 5: [] } }),
  },
  {
    name: 'a start that saw no ancestor although nobody killed its wrapper',
    kinds: ['phantom', 'unauthorised'],
    evidence: changed({ begins: { 5: [begin(5, { chain: ['5005:8'] })] } }),
  },
  {
    name: 'a run whose end nobody knows although nobody killed its wrapper',
    kinds: ['lost-run'],
    evidence: changed({
      runs: { 5: [run(5, { outcome: 'unknown', attempts: [attempt(5, { outcome: 'unknown' })] })] },
    }),
  },
  {
    name: 'a run that was ended because its scheduler lost the lease',
    kinds: ['lost-run'],
    evidence: changed({
      runs: {
        5: [run(5, { attempts: [attempt(5, { outcome: 'cancelled', reason: 'lease_lost' })] })],
      },
    }),
  },
  {
    name: 'a start of a run that the ledger does not know',
    kinds: ['unrecorded'],
    evidence: changed({
      begins: { 5: [begin(5), begin(5, { run: 'X', fireTime: null, boot: fireBoot(5) + 300 })] },
    }),
  },
  {
    name: 'a start of a run that the ledger calls missed',
    kinds: ['unrecorded'],
    evidence: changed({
      runs: { 5: [run(5, { state: 'missed', outcome: null, attempts: [attempt(5)] })] },
    }),
  },
  {
    name: 'a start of an attempt that the ledger calls not started',
    kinds: ['unrecorded'],
    evidence: changed({
      runs: {
        5: [
          run(5, {
            attempts: [attempt(5, { didBegin: false, outcome: null, state: 'not_started' })],
          }),
        ],
      },
    }),
  },
  {
    name: 'a fault after which nothing ran for long',
    kinds: ['unrecovered'],
    evidence: changed({
      ...gap(5, 28),
      rest: {
        faults: [fault('kill', { from: fireBoot(5), kills: 1 })],
        answers: answersOf((index) => index < 5 || index > 28),
      },
    }),
  },
  {
    name: 'a lease lost to work of our own',
    kinds: ['lost-lease'],
    evidence: { ...quiet, faults: [fault('apply', { from: fireBoot(5), epochs: [1, 2] })] },
  },
  {
    name: 'what a nemesis complains of',
    kinds: ['complaint'],
    evidence: { ...quiet, faults: [fault('reuse', { from: fireBoot(5), complaint: 'killed' })] },
  },
  {
    name: 'yes for more than five seconds while nothing ran',
    kinds: ['lie'],
    evidence: changed({
      ...gap(10, 20),
      rest: { faults: [fault('kill', { from: fireBoot(10), until: fireBoot(20) })] },
    }),
  },
  {
    name: 'no for more than five seconds while all ran',
    kinds: ['lie'],
    evidence: { ...quiet, answers: answersOf((index) => index < 10 || index > 17) },
  },
  {
    name: 'no at the command line for more than five seconds while all ran and the other door said yes',
    kinds: ['lie'],
    evidence: {
      ...quiet,
      answers: [...quiet.answers, ...answersOf((index) => index < 10 || index > 17, 'command')],
    },
  },
  {
    name: 'a line of the witness that is torn',
    kinds: ['torn-witness'],
    evidence: { ...quiet, testimony: { ...quiet.testimony, torn: 1 } },
  },
];

function withChange(before: Partial<Change['before']>): Evidence {
  return { ...quiet, changes: [{ ...handedOver, before: { ...handedOver.before, ...before } }] };
}

for (const { name, kinds, evidence } of planted) {
  test(`the checker sees ${name}`, () => {
    const found = judge(evidence).violations;
    assert.deepEqual(
      found.map(({ kind }) => kind).sort(),
      [...kinds].sort(),
      JSON.stringify(found, null, 1),
    );
  });
}

const innocent: readonly Omit<Case, 'kinds'>[] = [
  { name: 'a quiet stretch', evidence: quiet },
  {
    name: 'missed occurrences with a reason while everything was dead',
    evidence: changed({
      ...gap(5, 9),
      rest: {
        faults: [fault('kill-all', { from: fireBoot(5), until: fireBoot(9), kills: 2 })],
        answers: answersOf((index) => index < 5 || index > 9),
      },
    }),
  },
  {
    name: 'a start that saw no ancestor any more, because its wrapper was killed',
    evidence: changed({
      begins: { 5: [begin(5, { chain: ['5005:8'] })] },
      runs: { 5: [run(5, { outcome: 'unknown', attempts: [attempt(5, { outcome: 'unknown' })] })] },
      rest: { faults: [fault('reuse', { from: fireBoot(5), killedRuns: ['R5'] })] },
    }),
  },
  {
    name: 'a late start that a fault explains',
    evidence: changed({
      begins: { 5: [begin(5, { boot: fireBoot(5) + 6_000, wall: wall(fireBoot(5)) + 6_000 })] },
      ends: [],
      rest: {
        faults: [fault('pause', { from: fireBoot(4), until: fireBoot(6), pauses: 1 })],
      },
    }),
  },
  {
    name: 'a start that saw no starter any more, because its holder handed over',
    evidence: changed({
      begins: { 40: [begin(40, { chain: begin(40).chain.slice(0, 2) })] },
      rest: { changes: [{ ...handedOver, boot: fireBoot(40) + 300, wasReleased: true }] },
    }),
  },
  {
    name: 'a start that saw no starter any more, because its holder was told to end',
    evidence: changed({
      begins: { 40: [begin(40, { chain: begin(40).chain.slice(0, 2) })] },
      rest: { lives: [{ ...life, until: fireBoot(40) + 900 }] },
    }),
  },
  {
    name: 'a start whose holder was killed before the witness had come that far',
    evidence: changed({
      begins: {
        5: [begin(5, { chain: begin(5).chain.slice(0, 3), traced: fireBoot(5) + 700 })],
      },
      rest: { faults: [fault('kill-holder', { from: fireBoot(5) + 650, kills: 1 })] },
    }),
  },
  {
    name: 'an answer that took long, and was true when it was given',
    evidence: changed({
      ...gap(10, 13),
      rest: {
        faults: [fault('kill-all', { from: fireBoot(10), until: fireBoot(13), kills: 1 })],
        answers: answersOf((index) => index !== 11, 'command')
          .filter((_, index) => index % 15 === 11)
          .map((answer) => ({ ...answer, from: fireBoot(9) })),
      },
    }),
  },
  {
    name: 'an answer that was wrong for a moment after a kill',
    evidence: changed({
      ...gap(10, 13),
      rest: {
        faults: [fault('kill-all', { from: fireBoot(10), until: fireBoot(13), kills: 1 })],
        answers: answersOf((index) => index < 13 || index > 13),
      },
    }),
  },
];

for (const { name, evidence } of innocent)
  test(`the checker has nothing against ${name}`, () => {
    assert.deepEqual(judge(evidence).violations, []);
  });

test('every kind of violation is planted in a test', async () => {
  const { violationKinds } = await import('./verdict.ts');
  const seen = new Set(planted.flatMap(({ kinds }) => kinds));
  assert.deepEqual(
    violationKinds.filter((kind) => !seen.has(kind)),
    [],
  );
});
