import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../journeys/program.ts';
import { bootMs, type Field } from './field.ts';
import { type Chance, type Nemesis, pick, type Strike, spread } from './nemesis.ts';
import { allPids, nameOf, runOf, signal } from './processes.ts';

/** From a tenth of the TTL to ten of it, but never longer than this. */
const longestPauseMs = 20_000;

/** A run that is told to end has this long. A wrapper that stays frozen is killed then, and cannot record the end. */
const endWithinMs = 9_000;

const pauseMs = (field: Field, chance: Chance): number =>
  Math.min(longestPauseMs, spread(chance, field.options.ttlMs / 10, field.options.ttlMs * 10));

/** Stops these processes for a while. Only those that were there are let go on again, by name, because pids are reused. */
async function pause(
  pids: readonly number[],
  ms: number,
): Promise<{ from: number; count: number }> {
  const from = bootMs();
  const stopped = pids.map(nameOf).filter((_, index) => signal(pids[index] ?? -1, 'SIGSTOP'));
  await sleep(ms);
  for (const process of stopped) {
    const pid = Number.parseInt(process ?? '', 10);
    if (process !== null && nameOf(pid) === process) signal(pid, 'SIGCONT');
  }
  return { from, count: stopped.length };
}

async function pauseHolder(field: Field, chance: Chance): Promise<Strike | null> {
  const { instance, epoch } = await field.lease();
  if (instance === null) return null;
  const ms = pauseMs(field, chance);
  const hasStandby = field.alive.length > 1;
  const { from, count } = await pause([instance.pid], ms);
  return {
    from,
    entitledAt: hasStandby ? from + field.options.ttlMs : null,
    pauses: count,
    detail: `pid ${instance.pid}, epoch ${epoch}, ${Math.round(ms)} ms`,
  };
}

async function pauseEverything(field: Field, chance: Chance): Promise<Strike | null> {
  const { starter } = await field.lease();
  const pids = field.alive.map(({ pid }) => pid);
  if (starter !== null) pids.push(starter.pid);
  const ms = pauseMs(field, chance);
  const { from, count } = await pause(pids, ms);
  return { from, pauses: count, detail: `${count} processes, ${Math.round(ms)} ms` };
}

/** Freezes a control group; its processes cannot even handle signals, except that they can be killed. Answers whose runs were in it. */
async function freeze(
  pids: readonly number[],
  ms: number,
): Promise<{ from: number; runs: readonly string[] }> {
  const group = join(cgroupRoot, `ck-torture-${process.pid}-${Math.floor(bootMs())}`);
  mkdirSync(group);
  try {
    for (const pid of pids) tryToWrite(join(group, 'cgroup.procs'), String(pid));
    const from = bootMs();
    writeFileSync(join(group, 'cgroup.freeze'), '1');
    const runs = membersOf(group).flatMap((pid) => runOf(pid) ?? []);
    await sleep(ms);
    writeFileSync(join(group, 'cgroup.freeze'), '0');
    return { from, runs };
  } finally {
    writeFileSync(join(group, 'cgroup.freeze'), '0');
    void removeGroup(group);
  }
}

export const cgroupRoot = '/sys/fs/cgroup/unified';

function tryToWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch {
    // That process has ended.
  }
}

const membersOf = (group: string): readonly number[] =>
  readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);

/** Its processes go back to the root of the hierarchy; new ones may still appear, so it takes some tries. */
async function removeGroup(group: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    for (const pid of membersOf(group)) tryToWrite(join(cgroupRoot, 'cgroup.procs'), String(pid));
    try {
      rmdirSync(group);
      return;
    } catch {
      await sleep(50);
    }
  }
}

async function freezeHolder(
  field: Field,
  chance: Chance,
  withChildren: boolean,
): Promise<Strike | null> {
  const { instance, starter, epoch } = await field.lease();
  if (instance === null) return null;
  const pids = [instance.pid];
  if (withChildren && starter !== null) pids.push(starter.pid);
  if (withChildren) pids.push(...runsOf(field));
  const ms = pauseMs(field, chance);
  const { from, runs } = await freeze(pids, ms);
  return {
    from,
    killedRuns: ms < endWithinMs ? [] : runs,
    // What is frozen with its holder cannot be seen ended before it thaws, unless it is killed; that may take its time.
    entitledAt: field.alive.length > 1 && !withChildren ? from + field.options.ttlMs : null,
    pauses: 1,
    detail: `epoch ${epoch}, ${pids.length} processes, ${Math.round(ms)} ms`,
  };
}

/** Processes of runs of this field. */
const runsOf = (field: Field): readonly number[] =>
  allPids().filter((pid) => runOf(pid) !== null && field.isOurs(pid));

export const pauseNemeses: readonly Nemesis[] = [
  { name: 'pause-holder', weight: 8, strike: pauseHolder },
  { name: 'pause-everything', weight: 2, strike: pauseEverything },
  {
    name: 'pause-standby',
    weight: 1,
    strike: async (field, chance) => {
      const { instance } = await field.lease();
      const standby = pick(
        chance,
        field.alive.filter((one) => one !== instance),
      );
      if (standby === undefined) return null;
      const ms = pauseMs(field, chance);
      const { from, count } = await pause([standby.pid], ms);
      return { from, pauses: count, detail: `pid ${standby.pid}, ${Math.round(ms)} ms` };
    },
  },
  {
    name: 'pause-starter',
    weight: 2,
    strike: async (field, chance) => {
      const { starter } = await field.lease();
      if (starter === null) return null;
      const ms = pauseMs(field, chance);
      const { from, count } = await pause([starter.pid], ms);
      return { from, pauses: count, detail: `pid ${starter.pid}, ${Math.round(ms)} ms` };
    },
  },
  {
    name: 'freeze-holder',
    weight: 2,
    strike: (field, chance) => freezeHolder(field, chance, false),
  },
  {
    name: 'freeze-family',
    weight: 2,
    strike: (field, chance) => freezeHolder(field, chance, true),
  },
];
