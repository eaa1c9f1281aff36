import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../journeys/program.ts';
import { bootMs, type Field } from './field.ts';
import { between, type Chance, type Nemesis, type Strike, spread } from './nemesis.ts';
import { readStat } from './processes.ts';

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const fileName = 'faketime';
const dayMs = 86_400_000;

export const whyNoFakeClock = (): string | null =>
  existsSync(library) ? null : 'needs libfaketime: apt-get install faketime';

/**
 * The environment under which a process believes the wall clock that a file names. Its monotonic clocks stay true, as with a clock
 * that somebody sets. Starters, and so the jobs, do not inherit it: the witness tells the true time.
 */
export function fakeClockEnv(folder: string): Readonly<Record<string, string>> {
  writeFileSync(join(folder, fileName), '+0');
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: join(folder, fileName),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}

/** The library leaves these behind for each process that was killed. */
export function removeFakeClockTraces(): void {
  for (const name of readdirSync('/dev/shm')) {
    const pid = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)/.exec(name)?.[1];
    if (pid !== undefined && readStat(Number(pid)) === null)
      rmSync(join('/dev/shm', name), { force: true });
  }
}

const offsetOf = (field: Field): number => field.clockOffsets.at(-1)?.ms ?? 0;

/** Sets the wall clock of the home, for all of its processes at once. */
function setClock(field: Field, offsetMs: number): void {
  const path = join(field.folder, fileName);
  writeFileSync(`${path}.new`, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1_000}`);
  renameSync(`${path}.new`, path);
  field.clockOffsets.push({ boot: bootMs(), ms: offsetMs });
}

async function stepForward(field: Field, chance: Chance): Promise<Strike> {
  const ms = Math.round(spread(chance, 1_000, 20 * dayMs));
  const from = bootMs();
  setClock(field, offsetOf(field) + ms);
  return { from, until: from, detail: `+${ms} ms` };
}

/** What was decided stays decided, so nothing is due until the clock has caught up. */
async function stepBack(field: Field, chance: Chance): Promise<Strike> {
  const ms = Math.round(spread(chance, 300, 8_000));
  const from = bootMs();
  setClock(field, offsetOf(field) - ms);
  return { from, until: from, quietMs: ms, detail: `-${ms} ms` };
}

/** Far back, and to the right time again before anything was due. */
async function stepBackAndForth(field: Field, chance: Chance): Promise<Strike> {
  const ms = Math.round(spread(chance, 60_000, 3_650 * dayMs));
  const before = offsetOf(field);
  const from = bootMs();
  setClock(field, before - ms);
  await sleep(between(chance, 500, 4_000));
  setClock(field, before);
  return { from, quietMs: 1, detail: `-${ms} ms and back` };
}

export const clockNemeses: readonly Nemesis[] = [
  { name: 'clock-forward', weight: 4, strike: stepForward },
  { name: 'clock-back', weight: 4, strike: stepBack },
  { name: 'clock-back-and-forth', weight: 2, strike: stepBackAndForth },
];
