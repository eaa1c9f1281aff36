import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sleep } from '../journeys/program.ts';
import { bootMs, type Field } from './field.ts';
import { between, type Chance, type Nemesis, type Strike } from './nemesis.ts';

/** Does work of our own, during which the lease must stay where it is. */
async function keepingLease(
  field: Field,
  what: string,
  work: () => Promise<string | null>,
): Promise<Strike> {
  const holder = await field.holder();
  const from = bootMs();
  const { epoch } = await field.lease();
  const complaint = await work();
  // A holder that had been silent for too long would be replaced about now.
  await sleep(field.options.ttlMs + 1_200);
  const after = await field.lease();
  const until = bootMs();
  return {
    ...{ from, until, complaint },
    epochs: [epoch, after.epoch],
    detail: `${what}, ${Math.round(until - from)} ms, holder pid ${holder.pid}`,
  };
}

const applyName = 'apply-many';

const manyJobs = (count: number, note: string): string =>
  JSON.stringify({
    version: 1,
    jobs: Array.from({ length: count }, (_, index) => ({
      name: `far ${index}`,
      when: '2090-01-01T00:00:00Z',
      command: ['/bin/true'],
      env: { NOTE: note },
    })),
  });

/** So many jobs each time: at first all of them are new, then most, then some change. */
const sizes = [20_000, 100_000, 5_000];

async function applyMany(field: Field, chance: Chance): Promise<Strike> {
  const before = field.faults.filter(({ name }) => name === applyName).length;
  const size = sizes[Math.min(before, sizes.length - 1)] ?? 0;
  const file = manyJobs(size, String(chance()));
  return keepingLease(field, `${size} jobs`, async () => {
    const { code, err } = await field.typeLong(['apply', '-'], file, 180_000);
    return code === 0 ? null : `apply ended with ${code}: ${err.slice(0, 300)}`;
  });
}

async function backUp(field: Field): Promise<Strike> {
  const path = join(field.folder, `backup-${Math.floor(bootMs())}.db`);
  return keepingLease(field, 'the store', async () => {
    const { code, err } = await field.typeLong(['backup', path], '', 60_000);
    if (code !== 0) return `backup ended with ${code}: ${err.slice(0, 300)}`;
    const database = new DatabaseSync(path, { readOnly: true });
    const [row] = database.prepare('PRAGMA quick_check').all();
    database.close();
    rmSync(path);
    const said = JSON.stringify(row);
    return said.includes('"ok"') ? null : `the backup is not whole: ${said}`;
  });
}

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Sets the soft limit; answers what it was, or null when the process has ended. */
function limitFiles(pid: number, limit: number): number | null {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
    execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${limit}:`], { stdio: 'ignore' });
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? 1_024);
  } catch {
    // It ended meanwhile, and its limit with it.
    return null;
  }
}

/** More clients than the holder has descriptors for, all connected at once. */
async function exhaustDescriptors(field: Field, chance: Chance): Promise<Strike | null> {
  const holder = await field.holder();
  const { holder: named } = await field.context.store.leases.read('default');
  const path = named?.socket ?? '';
  const from = bootMs();
  const limit = openFiles(holder.pid) + Math.floor(between(chance, 0, 4));
  const clients: Socket[] = [];
  const before = limitFiles(holder.pid, limit);
  if (before === null) return null;
  try {
    for (let count = 0; count < 60; count += 1) clients.push(connect(path).on('error', () => {}));
    await sleep(between(chance, 1_000, 4_000));
  } finally {
    for (const client of clients) client.destroy();
    limitFiles(holder.pid, before);
  }
  return { from, detail: `${limit} descriptors, ${clients.length} clients, pid ${holder.pid}` };
}

export const loadNemeses: readonly Nemesis[] = [
  { name: applyName, weight: 2, strike: applyMany },
  { name: 'backup', weight: 2, strike: backUp },
  { name: 'no-descriptors', weight: 2, strike: exhaustDescriptors },
];
