import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Person } from '../journeys/program.ts';
import type { Disk } from './disk.ts';
import { pictureOf, problemsOf } from './picture.ts';

/** What a person does, one acknowledged step after the other. `HERE` stands for the folder of the disk. */
const steps: readonly (readonly string[])[] = [
  ['add', 'every 1d', '--name', 'one', '--key', 'k', '--', 'true'],
  ['add', '0 9 * * *', '--name', 'two', '--shell', 'true'],
  ['edit', 'one', '--timeout', '7m'],
  ['pause', 'two'],
  ['run', 'one', '--queue=1d'],
  ['config', 'set', 'concurrency', '7'],
  ['tick'],
  ['resume', 'two'],
  ['apply', 'HERE/jobs.json'],
  ['backup', 'HERE/backup.db'],
  ['profile', 'add', 'la'],
  ['owner', 'appoint', 'role', 'runner', '--reason', 'test'],
  ['remove', 'two'],
  ['restore', 'HERE/backup.db'],
  ['config', 'set', 'concurrency', '9'],
];

const jobFile = JSON.stringify({
  version: 1,
  jobs: Array.from({ length: 30 }, (_, n) => ({
    name: `job ${n}`,
    when: 'every 2d',
    shell: 'true',
  })),
});

/**
 * Cuts the power after each step, and looks whether everything is there. With `keepOpen` another process has the store open, so that
 * the log is not folded into the file when a command ends: then a commit rests on the log alone.
 */
export async function cutAfterEachStep(
  person: Person,
  disk: Disk,
  { keepOpen }: { readonly keepOpen: boolean },
): Promise<readonly string[]> {
  const lost: string[] = [];
  writeFileSync(join(disk.mount, 'jobs.json'), jobFile);
  spawnSync('sync', ['-f', disk.mount]);
  for (const step of steps) {
    const words = step.map((word) => word.replace('HERE', disk.mount));
    // The restored store takes the place of the open one; nobody may have it open then.
    const other = keepOpen && step[0] !== 'restore' ? open(databaseOf(person)) : null;
    const answer = await person.type(words);
    assert.ok([0, 4].includes(answer.code ?? -1), `${step[0]}: ${answer.out}${answer.err}`);
    const before = lookAside(person, disk);
    disk.cutPower();
    // Closing writes, and cannot any more.
    try {
      other?.close();
    } catch {}
    disk.turnOn();
    const after = lookAside(person, disk);
    for (const [what, was] of before)
      if (after.get(what) !== was) lost.push(`after ${step.join(' ')}: ${what}`);
    if (lost.length > 0) break;
    for (const problem of await problemsOf(databaseOf(person)))
      lost.push(`after ${step.join(' ')}: ${problem}`);
  }
  return lost;
}

function readable(look: () => string): string {
  try {
    return look();
  } catch (error) {
    return `unreadable: ${String(error)}`;
  }
}

const databaseOf = (person: Person): string =>
  join(person.env['CRONKEEPER_HOME'] ?? '', 'cronkeeper.db');

function open(path: string): DatabaseSync | null {
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path);
  database.prepare('SELECT COUNT(*) FROM jobs').get();
  return database;
}

/** What is kept, seen without a write: on copies, because opening and closing a store writes it through. */
function lookAside(person: Person, disk: Disk): ReadonlyMap<string, string> {
  const aside = mkdtempSync(join(tmpdir(), 'ck-look-'));
  const seen = new Map<string, string>();
  try {
    for (const [name, path] of [
      ['store', databaseOf(person)],
      ['backup', join(disk.mount, 'backup.db')],
    ] as const) {
      for (const suffix of ['', '-wal'])
        if (existsSync(path + suffix)) copyFileSync(path + suffix, join(aside, name + suffix));
      seen.set(
        name,
        readable(() => pictureOf(join(aside, name))),
      );
    }
    const config = join(person.env['CRONKEEPER_HOME'] ?? '', 'config.yaml');
    seen.set('settings', existsSync(config) ? readFileSync(config, 'utf8') : '');
    return seen;
  } finally {
    rmSync(aside, { recursive: true });
  }
}

export const stepCount = steps.length;
