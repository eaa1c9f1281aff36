import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bootMs, type Field } from './field.ts';
import { type Chance, type Nemesis, type Strike, spread } from './nemesis.ts';

const lockProgram = `
import { DatabaseSync } from 'node:sqlite';
const [path, ms] = process.argv.slice(1);
const database = new DatabaseSync(path, { timeout: 5000 });
database.exec('BEGIN EXCLUSIVE');
process.stdout.write('locked\\n');
setTimeout(() => { database.exec('ROLLBACK'); database.close(); }, Number(ms));
`;

/** A stranger locks the store. */
async function lockStore(field: Field, chance: Chance): Promise<Strike | null> {
  const ms = spread(chance, 300, 12_000);
  const path = join(field.home, 'cronkeeper.db');
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', lockProgram, path, String(Math.round(ms))],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let from = bootMs();
  let isLocked = false;
  child.stdout.once('data', () => {
    from = bootMs();
    isLocked = true;
  });
  const late = setTimeout(() => child.kill('SIGKILL'), ms + 10_000);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(late);
  return isLocked ? { from, detail: `${Math.round(ms)} ms` } : null;
}

export const lockNemesis: Nemesis = { name: 'lock-store', weight: 3, strike: lockStore };
