import type { Fate } from '../../src/ports/supervisor.ts';
import type { Storm } from './storm.ts';
import { rules } from './world.ts';

/** One kind of mishap. */
export type Fault = {
  readonly name: string;
  readonly weight: number;
  readonly strike: (storm: Storm) => Promise<void> | void;
};

const secondMs = 1_000;

const fates: readonly Fate[] = ['restart', 'stop', 'unanswered'];

const processes: readonly Fault[] = [
  {
    name: 'crash',
    weight: 4,
    strike: (storm) => withMember(storm, (one) => storm.cluster.crash(one)),
  },
  { name: 'pause', weight: 4, strike: (storm) => withMember(storm, (one) => storm.pause(one)) },
  { name: 'crash at a call', weight: 6, strike: (storm) => strikeAtCall(storm, 'crash') },
  { name: 'pause at a call', weight: 4, strike: (storm) => strikeAtCall(storm, 'pause') },
  {
    name: 'stop',
    weight: 1,
    strike: (storm) =>
      withMember(storm, (one) => {
        one.fate = storm.pick(fates) ?? 'restart';
        one.stop.abort();
      }),
  },
  { name: 'join', weight: 1, strike: (storm) => storm.join() },
  {
    name: 'starter killed',
    weight: 1,
    strike: ({ cluster: { machine } }) => {
      const [starter] = machine.starters;
      if (starter !== undefined) machine.kill(starter);
    },
  },
  {
    name: 'run killed',
    weight: 1,
    strike: (storm) => storm.pick(storm.cluster.machine.running())?.orphan(),
  },
  {
    name: 'reboot',
    weight: 0.5,
    strike: (storm) => {
      for (const member of storm.living()) storm.cluster.crash(member);
      storm.cluster.machine.reboot();
    },
  },
  {
    name: 'provenance changes',
    weight: 1,
    strike: (storm) =>
      withMember(storm, (one) => {
        if (one.unit !== undefined) one.level = one.level === 'proven' ? 'claimed' : 'proven';
      }),
  },
];

const clocks: readonly Fault[] = [
  {
    name: 'machine sleeps',
    weight: 2,
    strike: ({ cluster, random }) => cluster.timeline.sleep(secondMs * 900 ** random()),
  },
  { name: 'clock set forward', weight: 1, strike: (storm) => stepClock(storm, 1) },
  { name: 'clock set back', weight: 1, strike: (storm) => stepClock(storm, -1) },
];

const store: readonly Fault[] = [
  {
    name: 'store fails',
    weight: 2,
    strike: (storm) => {
      const { cluster, random } = storm;
      cluster.reach.storeFaults = 0.2 + 0.8 * random();
      cluster.timeline.after(500 + 15_000 * random() ** 2, () => {
        cluster.reach.storeFaults = storm.usualStoreFaults;
      });
    },
  },
  {
    name: 'store is slow',
    weight: 1,
    strike: ({ cluster, random }) => {
      cluster.reach.slowCalls = 1;
      cluster.timeline.after(500 + 8_000 * random(), () => {
        cluster.reach.slowCalls = 0.02;
      });
    },
  },
];

const people: readonly Fault[] = [
  { name: 'run now', weight: 2, strike: (storm) => ask(storm) },
  { name: 'cancel', weight: 2, strike: ({ doors }) => doors.cancelOne() },
  {
    name: 'hand-over asked',
    weight: 0.5,
    strike: async ({ doors }) => void (await doors.ask('handover', null, 60_000)),
  },
  { name: 'pause or resume a job', weight: 1, strike: (storm) => change(storm, 'pause') },
  { name: 'edit a job', weight: 1, strike: (storm) => change(storm, 'edit') },
  { name: 'remove a job', weight: 0.2, strike: (storm) => change(storm, 'remove') },
  {
    name: 'appoint',
    weight: 0.7,
    strike: async (storm) => {
      const rule = storm.pick(rules) ?? { kind: 'auto' as const };
      await storm.doors.appoint(rule, storm.random() < 0.4);
    },
  },
];

/** The kinds of one storm: some of them, so that each also meets the others alone. */
export function chooseFaults(random: () => number): readonly Fault[] {
  const all = [...processes, ...clocks, ...store, ...people];
  const chosen = all.filter(() => random() < 0.6);
  return chosen.length > 0 ? chosen : all;
}

function withMember(storm: Storm, then: (member: ReturnType<Storm['living']>[number]) => void) {
  const member = storm.pick(storm.living());
  if (member !== undefined) then(member);
}

function strikeAtCall(storm: Storm, what: 'crash' | 'pause'): void {
  withMember(storm, ({ pid }) => {
    const left = 1 + Math.floor(storm.random() * storm.random() * 60);
    storm.strikes.set(pid, { left, what: `${what}-${storm.random() < 0.5 ? 'before' : 'after'}` });
  });
}

function stepClock(storm: Storm, direction: 1 | -1): void {
  const { cluster, watch, random } = storm;
  watch.latestWall = Math.max(watch.latestWall, cluster.timeline.now().wall);
  // A second to ten minutes; now and then a day.
  const ms = random() < 0.05 ? 86_400_000 : 1_000 * 600 ** random();
  cluster.timeline.wallOffset += direction * Math.floor(ms);
}

async function ask(storm: Storm): Promise<void> {
  const job = storm.pick(storm.jobs);
  if (job !== undefined)
    await storm.doors.ask('run', job.id, storm.random() < 0.2 ? 500 : 3_600_000);
}

/** Of every job but the probe. */
async function change(storm: Storm, what: 'pause' | 'edit' | 'remove'): Promise<void> {
  const job = storm.pick(storm.jobs.slice(1));
  if (job !== undefined) await storm.doors.change(job.id, what);
}
