import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptFolder, runFolder } from './attempt-folder.ts';

/** Bytes of an attempt's output, raw: they need not be text. `next` is where the following ones begin. */
export type OutputPart = { readonly bytes: Uint8Array; readonly next: number };

/** The run's own process may have put anything in the place of its output: a link to another file, a pipe that blocks. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT');

/** The number of the newest attempt that has a folder. */
async function newestAttempt(home: string, runId: string): Promise<number> {
  try {
    const names = await readdir(runFolder(home, runId));
    return Math.max(1, ...names.filter((name) => /^[1-9]\d{0,8}$/.test(name)).map(Number));
  } catch (error) {
    if (isMissing(error)) return 1;
    throw error;
  }
}

/**
 * Reads what an attempt has written so far, at most `maxBytes` from `fromByte` on. `attempt` null means the newest.
 * Null when there is no output file: nothing was written yet, or it was removed or replaced by something else.
 */
export async function readOutput(
  home: string,
  runId: string,
  attempt: number | null,
  range: { readonly fromByte: number; readonly maxBytes: number },
): Promise<OutputPart | null> {
  return readBeside(home, runId, attempt, { ...range, name: 'output.log' });
}

const mostTranscript = 16 * 1024 * 1024;

/** What an agent did in an attempt; null where none was asked. */
export async function readTranscript(
  home: string,
  runId: string,
  attempt: number | null,
): Promise<string | null> {
  const whole = { name: 'transcript.jsonl', fromByte: 0, maxBytes: mostTranscript };
  const part = await readBeside(home, runId, attempt, whole);
  return part === null ? null : Buffer.from(part.bytes).toString();
}

async function readBeside(
  home: string,
  runId: string,
  attempt: number | null,
  range: { readonly name: string; readonly fromByte: number; readonly maxBytes: number },
): Promise<OutputPart | null> {
  const number = attempt ?? (await newestAttempt(home, runId));
  const path = join(attemptFolder(home, { runId, number }), range.name);
  try {
    await using file = await open(path, openFlags);
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    const { size } = stats;
    const length = Math.max(0, Math.min(range.maxBytes, size - range.fromByte));
    const { bytesRead, buffer } = await file.read(
      new Uint8Array(length),
      0,
      length,
      range.fromByte,
    );
    return { bytes: buffer.subarray(0, bytesRead), next: range.fromByte + bytesRead };
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'ELOOP') || hasCode(error, 'ENXIO')) return null;
    throw error;
  }
}
