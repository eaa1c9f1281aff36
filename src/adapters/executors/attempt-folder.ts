import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { saysSilent, silentWindow } from '../../core/delivery.ts';
import { toUlid } from '../../core/id.ts';
import type { Instant } from '../../core/instant.ts';
import type { ProcessIdentity } from '../../core/provenance.ts';
import { type ReasonCode, reasonCodes } from '../../core/refusal.ts';
import type { Outcome } from '../../core/run.ts';
import { readWorkEnd, type WorkEnd } from '../../core/work-report.ts';
import type { AttemptEnd, AttemptKey } from '../../ports/executor.ts';

const workFile = 'work.json';

const runIdForm = /^[0-9A-Z]{26}$/;

/** The folder of a run. Throws for what cannot be an id of ours, because it becomes part of a path. */
export function runFolder(home: string, runId: string): string {
  if (!runIdForm.test(runId)) throw new Error(`"${runId}" is not the id of a run.`);
  return join(home, 'runs', runId);
}

/** Whether a run began in this home: a copy of its store knows the same runs, and they are not the copy's to end. */
export const hasRunFolder = (home: string, runId: string): boolean =>
  runIdForm.test(runId) && existsSync(runFolder(home, runId));

export const isAttemptKey = ({ runId, number }: AttemptKey): boolean =>
  runIdForm.test(runId) && Number.isSafeInteger(number) && number >= 1;

/** The first attempt's files are in the run's folder, those of attempt n in its folder `n`. */
export function attemptFolder(home: string, key: AttemptKey): string {
  const folder = runFolder(home, key.runId);
  if (!isAttemptKey(key)) throw new Error(`${key.number} is not the number of an attempt.`);
  return key.number === 1 ? folder : join(folder, String(key.number));
}

/** Makes the folder of an attempt, readable by nobody else. */
export function makeAttemptFolder(home: string, key: AttemptKey): string {
  const folder = attemptFolder(home, key);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Runs of this home that began from `since` on and before `then` and have a folder. Their ids sort by time. */
export async function runFoldersBetween(
  home: string,
  since: Instant,
  then: Instant,
): Promise<readonly string[]> {
  if (!(since < then)) return [];
  const names = await readdir(join(home, 'runs')).catch(noneIfMissing);
  const [first, end] = [firstId(since), firstId(then)];
  return names.filter((name) => runIdForm.test(name) && name >= first && name < end);
}

const firstId = (at: Instant): string => toUlid(Math.max(0, at), Array<number>(16).fill(0));

/** Removes the folders of these runs. Answers which stay, at least in part, and why: a run may have left what nobody may remove. */
export async function removeRunFolders(
  home: string,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const left = new Map<string, string>();
  for (const runId of runIds) {
    try {
      await rm(runFolder(home, runId), { recursive: true, force: true });
    } catch (error) {
      left.set(runId, String(error));
    }
  }
  return left;
}

/** What the files of an attempt say. `end` is null until the wrapper has written its record whole. */
export type AttemptRecord = { readonly startedAt: Instant | null; readonly end: AttemptEnd | null };

type Verdict = { readonly outcome: Outcome; readonly reason: ReasonCode | null };

const failure = (reason: ReasonCode): Verdict => ({ outcome: 'failed', reason });

/** Every word that a wrapper may give as the cause of an end, besides a plain exit. */
const verdicts: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['timeout', { outcome: 'timed_out', reason: 'timeout' }],
  ['no_output_timeout', { outcome: 'timed_out', reason: 'no_output_timeout' }],
  ['cwd_missing', failure('cwd_missing')],
  ['command_not_found', failure('command_not_found')],
  ['command_not_executable', failure('command_not_executable')],
  ['command_is_folder', failure('command_is_folder')],
  ['start_failed', failure('start_failed')],
]);

const outcomes: readonly Outcome[] = ['succeeded', 'failed', 'timed_out', 'cancelled', 'unknown'];

function parseVerdict(outcomeText: string, reasonText: string): Verdict | null {
  const outcome = outcomes.find((one) => one === outcomeText);
  const reason = reasonCodes.find((one) => one === reasonText);
  return outcome === undefined || reason === undefined ? null : { outcome, reason };
}

/** Leaves word for the wrapper why its attempt is being ended. The last word counts; after the record it changes nothing. */
export function leaveVerdict(folder: string, outcome: Outcome, reason: ReasonCode): void {
  const path = join(folder, 'verdict');
  writeFileSync(`${path}.new`, `verdict ${outcome} ${reason}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Leaves what a worker is told beside its output, and answers where. */
export function leaveWork(folder: string, work: string): string {
  const path = join(folder, workFile);
  writeFileSync(path, work, { mode: 0o600 });
  return path;
}

/** What a worker was told; null for a plain command. Looked for first, because most are, and a failed reading costs ten times as much. */
function readWork(folder: string): string | null {
  const path = join(folder, workFile);
  return existsSync(path) ? readText(path) : null;
}

/** The report of a worker; null where it left none. */
function readReport(folder: string): WorkEnd | null {
  const text = readText(join(folder, 'report.json'));
  return text === null ? null : readWorkEnd(text);
}

/** What a server answered says nothing about whether it is to be delivered: those are a stranger's words. */
const isCall = (work: string | null): boolean => work?.startsWith('{"kind":"http"') === true;

/** Leaves word for a starter that stayed behind with the attempt: this owner has adopted it. */
export function leaveAdoption(folder: string, by: ProcessIdentity): void {
  const path = join(folder, 'adopted');
  writeFileSync(`${path}.new`, `${by.bootId} ${by.pid} ${by.startMark}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The newest word of that kind; null when nobody has adopted the attempt. */
export const readAdoption = (folder: string): string | null => readText(join(folder, 'adopted'));

/** There is no such file, or something else than a folder stands where its folder should be. */
const notThere: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

const isNotThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && notThere.has(error.code);

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

function noneIfMissing(error: unknown): readonly string[] {
  if (isNotThere(error)) return [];
  throw error;
}

/** When an attempt began; null before its mark is whole. File times come from a coarse clock, up to 4 ms early: a start is never before the owner said go. */
export function readBegan(folder: string): Instant | null {
  const path = join(folder, 'began');
  const text = readText(path);
  const found = text === null ? null : /^began (\d+)\n/.exec(text);
  if (found === null) return null;
  return Math.max(Math.round(statSync(path).mtimeMs), Number(found[1]));
}

/** Removes the file for the mark of a shell that stood ready, where it did not begin. */
export function leaveNoTrace(folder: string): void {
  const path = join(folder, 'began');
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) unlinkSync(path);
}

const exitForm =
  /^code (-|\d{1,3})\nwhy (?:([a-z_]+)|verdict ([a-z_]+) ([a-z_]+))\ntruncated ([01])\nabout ([\s\S]*)\nend\n$/;

/** Why a command could not be started, in words. `about` is its folder or the command. */
export function failureMessage(reason: string, about: string): string {
  switch (reason) {
    case 'cwd_missing':
      return `The folder "${about}" does not exist or cannot be entered.`;
    case 'command_not_found':
      return `There is no command "${about}".`;
    case 'command_not_executable':
      return `"${about}" is not executable.`;
    case 'command_is_folder':
      return `"${about}" is a folder, not a command.`;
    default:
      return `The command could not be started: ${about}.`;
  }
}

const notStarted: ReadonlySet<string> = new Set([
  'cwd_missing',
  'command_not_found',
  'command_not_executable',
  'command_is_folder',
  'start_failed',
]);

function messageOf(why: string | undefined, about: string, code: number | null): string | null {
  if (why !== undefined && notStarted.has(why)) return failureMessage(why, about);
  return why === 'exit' && code !== null && code > 128 && code < 160
    ? `Exit code ${code}: probably ended by signal ${code - 128}.`
    : null;
}

/** What an attempt wrote of which nobody recorded an end; absent where that cannot be seen, which keeps no end from being told. */
export function lostOutput(folder: string): { readonly outputBytes?: number } {
  try {
    const stats = lstatSync(join(folder, 'output.log'));
    return stats.isFile() ? { outputBytes: stats.size } : {};
  } catch {
    return {};
  }
}

/** How long the output of an attempt is, and whether it says that there is nothing to deliver. */
type SeenOutput = { readonly bytes: number; readonly isSilent: boolean };

/** Only a success may be silent, and only its first and last bytes are read: this is done by the loop that starts others. */
function seeOutput(path: string, mayBeSilent: boolean): SeenOutput {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return { bytes, isSilent: mayBeSilent && bytes > 0 && isSilent(path) };
}

/** The command may have put anything in the place of its output: a link to another file, a pipe that blocks. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function isSilent(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, openFlags);
  } catch {
    return false;
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return false;
    const window = new Uint8Array(silentWindow);
    const read = (from: number): string =>
      Buffer.from(window.subarray(0, readSync(file, window, 0, silentWindow, from))).toString();
    return saysSilent(read(0), read(Math.max(0, stats.size - silentWindow)));
  } finally {
    closeSync(file);
  }
}

/** Reads what an attempt left behind. Never changes anything. */
export function readAttempt(folder: string): AttemptRecord {
  const startedAt = readBegan(folder);
  const path = join(folder, 'exit');
  const found = startedAt === null ? null : exitForm.exec(readText(path) ?? '');
  if (startedAt === null || found === null) return { startedAt, end: null };
  const [, codeText, why, outcomeText, reasonText, truncated, about = ''] = found;
  const exitCode = codeText === '-' ? null : Number(codeText);
  const left = outcomeText === undefined ? null : parseVerdict(outcomeText, reasonText ?? '');
  const said = left ?? verdicts.get(why ?? '') ?? null;
  // Nobody ended it, so its own word counts.
  const work = readWork(folder);
  const report = said === null && why === 'exit' && work !== null ? readReport(folder) : null;
  const plain: Verdict =
    exitCode === 0 ? { outcome: 'succeeded', reason: null } : failure('exit_nonzero');
  const verdict = said ?? report ?? plain;
  const mayBeSilent = verdict.outcome === 'succeeded' && !isCall(work);
  const output = seeOutput(join(folder, 'output.log'), mayBeSilent);
  return {
    startedAt,
    end: {
      startedAt,
      endedAt: Math.max(Math.round(statSync(path).mtimeMs), startedAt),
      outcome: verdict.outcome,
      exitCode,
      reason: verdict.reason,
      message: report?.message ?? messageOf(why, about, exitCode)?.slice(0, 500) ?? null,
      outputBytes: output.bytes,
      outputTruncated: truncated === '1',
      ...(output.isSilent || report?.isSilent === true ? { isSilent: true } : {}),
      ...(report?.deferredUntil == null ? {} : { deferredUntil: report.deferredUntil }),
    },
  };
}
