import { isUtf8 } from 'node:buffer';
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { advice, Refusal } from '../../core/refusal.ts';

const execute = promisify(execFile);
const largest = 4 * 1024 * 1024;
const withinMs = 10_000;

const lookYourself = 'Look at it yourself: crontab -l. A file can be imported as well.';

const unusable = (why: string, next = lookYourself): Refusal =>
  new Refusal('crontab_unusable', `The crontab of this user cannot be used: ${why}`, {
    kind: 'failed',
    remedy: advice(next),
  });

const textOf = (error: unknown, name: 'stderr' | 'code'): string => {
  const value: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : null;
  return typeof value === 'string' || value instanceof Buffer ? String(value).trim() : '';
};

/** The crontab of this user; null when there is none, or no cron at all. @throws Refusal `crontab_unusable` */
export async function readCrontab(): Promise<string | null> {
  let bytes: Buffer;
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const limits = { maxBuffer: largest, timeout: withinMs };
    bytes = (await execute('crontab', ['-l'], { ...limits, env, encoding: 'buffer' })).stdout;
  } catch (error) {
    const said = textOf(error, 'stderr');
    // That of BSD and macOS names itself first.
    const isNone = /^(?:crontab: )?no crontab for /m.test(said);
    if (textOf(error, 'code') === 'ENOENT' || isNone) return null;
    throw unusable(said || String(error));
  }
  return decoded(bytes);
}

/** What is read is written back in a take-over, every byte of it, and what is no text cannot be. */
function decoded(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  const lines = bytes.toString('latin1').split('\n');
  const other = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  throw unusable(
    `line ${other + 1} of it is not UTF-8.`,
    'Write that line in UTF-8 (crontab -e), then type this again.',
  );
}

/** Puts the whole crontab in its place, all or nothing, as `crontab` itself does it. @throws Refusal `crontab_unusable` */
export async function writeCrontab(text: string): Promise<void> {
  const child = spawn('crontab', ['-'], { stdio: ['pipe', 'ignore', 'pipe'], timeout: withinMs });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  if (code !== 0) throw unusable(said.trim() || 'crontab did not take it.');
}
