import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Base } from '../../src/main/base.ts';
import { contextOf } from '../../src/main/context.ts';
import { jobsList } from '../../src/operations/jobs-list.ts';
import { addJobs, openHomeIn, profile } from '../instance-here.ts';
import type { Bench, Figure, Measure } from '../measure.ts';

const us = 'cronkeeper';
const dayMs = 86_400_000;
const asked = 2_000;
/** Longer than a store of a million jobs is looked through. */
const lookMs = 20_000;
const launcher = fileURLToPath(new URL('../../bin/cronkeeper', import.meta.url));

/** What a million jobs cost: to find what is due, to start, in memory, to be listed and to be made. */
export const measure: Measure = {
  name: 'scale',
  title: 'A million jobs',
  seconds: 240,
  async run(bench) {
    const many = bench.isQuick ? 5_000 : 1_000_000;
    const few = 1_000;
    const small = await fill(bench, 'few', few);
    const large = await fill(bench, 'many', many);
    const [dueFew, dueMany] = [await microsToFindDue(small), await microsToFindDue(large)];
    const listMs = await msToList(large);
    await Promise.all([small.close(), large.close()]);
    const started = await startRunner(bench, join(bench.folder, 'many', 'home'));
    const applyCount = bench.isQuick ? 500 : 100_000;
    const applySeconds = await secondsToApply(bench, applyCount);
    const figure = (what: string, value: number, unit: Figure['unit'], rest: Partial<Figure>) => ({
      what,
      who: us,
      statistic: 'median' as const,
      value,
      unit,
      samples: 1,
      ...rest,
    });
    const jobs = `${many.toLocaleString('en')} jobs`;
    return [
      figure(`what is due, ${few} jobs`, dueFew, 'µs', { samples: asked }),
      figure(`what is due, ${jobs}`, dueMany, 'µs', { samples: asked }),
      figure(`what is due, ${jobs} to ${few}`, dueMany / dueFew, '×', { goal: { most: 1.2 } }),
      figure(`start to the first decision, ${jobs}`, started.decidedMs, 'ms', {
        goal: { most: 500 },
        note: 'from the start of the program; the rest of the store is looked through beside it',
      }),
      figure(`resident memory, ${jobs}`, started.residentMB, 'MB', { goal: { most: 120 } }),
      figure(`resident memory at most, ${jobs}`, started.peakMB, 'MB', {
        statistic: 'max',
        note: 'while the store is looked through',
      }),
      figure(`first page of list, ${jobs}`, listMs, 'ms', { goal: { most: 100 } }),
      figure(`apply ${applyCount.toLocaleString('en')} zoned cron jobs`, applySeconds, 's', {
        goal: { most: 15 },
        note: 'the whole command; the file is JSON; one in YAML takes two to three times the CPU',
      }),
    ];
  },
};

/** A home with so many jobs, due once a day, none of them within the next hour. */
async function fill(bench: Bench, name: string, count: number): Promise<Base> {
  bench.tell(`writing ${count} jobs`);
  const base = await openHomeIn(join(bench.folder, name), {});
  const first = Math.ceil(base.clock.now().wall / 1_000) * 1_000 + dayMs / 24;
  const at = (n: number): number => first + ((n * 7_919) % 79_200) * 1_000;
  await addJobs(
    base,
    count,
    (n) => ({ schedule: { kind: 'every', everyMs: dayMs, anchor: at(n) } }),
    at,
  );
  return base;
}

/** As a tick asks: what is due now, and when the next is. */
async function microsToFindDue({ store, clock }: Base): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < asked; n += 1) {
    const began = performance.now();
    await store.jobs.due(profile, clock.now().wall, 1_000);
    await store.jobs.nextFireTimes(profile, 20);
    times.push((performance.now() - began) * 1_000);
  }
  return median(times);
}

async function msToList(base: Base): Promise<number> {
  const context = contextOf(base, profile);
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const began = performance.now();
    await jobsList.handle(context, jobsList.input.parse({}));
    times.push(performance.now() - began);
  }
  return median(times);
}

const environment = (home: string): NodeJS.ProcessEnv => {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return { ...rest, CRONKEEPER_HOME: home };
};

/** Starts the built program on a home in which one job is due, and looks at it while it lives. */
async function startRunner(
  bench: Bench,
  home: string,
): Promise<{ readonly decidedMs: number; readonly residentMB: number; readonly peakMB: number }> {
  const base = await openHomeIn(join(home, '..'), {});
  const dueAt = base.clock.now().wall;
  await addJobs(
    base,
    1,
    () => ({ name: 'due', schedule: { kind: 'at', at: dueAt } }),
    () => dueAt,
  );
  const began = base.clock.now().wall;
  const runner = spawn(launcher, ['runner'], { env: environment(home), stdio: 'ignore' });
  bench.atEnd(() => stop(runner));
  const decidedAt = async (): Promise<number | null> =>
    (await base.store.runs.list(profile, { limit: 1 }))[0]?.decidedAt ?? null;
  let decided: number | null = null;
  while (decided === null && base.clock.now().wall - began < 60_000) {
    await base.clock.sleep(20);
    decided = await decidedAt();
  }
  if (decided === null) throw new Error('the runner decided nothing within a minute');
  bench.tell(`decided after ${decided - began} ms; waiting until the store was looked through`);
  await base.clock.sleep(bench.isQuick ? 500 : lookMs);
  const found = {
    decidedMs: decided - began,
    residentMB: memory(runner, 'VmRSS') / 1_000,
    peakMB: memory(runner, 'VmHWM') / 1_000,
  };
  await stop(runner);
  await base.close();
  return found;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** A line of `/proc/PID/status`, in kB. */
function memory({ pid }: ChildProcess, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
}

async function secondsToApply(bench: Bench, count: number): Promise<number> {
  const folder = join(bench.folder, 'apply');
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700, recursive: true });
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tokyo'];
  const jobs = Array.from({ length: count }, (_, n) => ({
    name: `job ${n}`,
    when: `${n % 60} ${n % 24} * * ${n % 7}`,
    tz: zones[n % zones.length],
    command: ['/bin/true'],
  }));
  const file = join(folder, 'jobs.yaml');
  writeFileSync(file, JSON.stringify({ version: 1, jobs }));
  bench.tell(`applying ${count} jobs`);
  const began = performance.now();
  const apply = spawn(launcher, ['apply', file], { env: environment(home), stdio: 'ignore' });
  bench.atEnd(() => stop(apply));
  const [code] = await once(apply, 'exit');
  if (code !== 0) throw new Error(`apply ended with ${code}`);
  return (performance.now() - began) / 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
