import type { LedgerJob } from './evidence.ts';

/** A job of the mix, in the words of `apply`. */
type Wanted = {
  readonly name: string;
  readonly when: string;
  /** What the witness does: its KIND and ARG. */
  readonly does: readonly [kind: string, arg?: string];
  readonly overlap: LedgerJob['overlap'];
  readonly catchUp?: string;
  readonly timeout?: string;
  readonly retries?: number;
};

/** The job by whose starts lateness and recovery are measured. */
export const probeJob = 'second';

/** Jobs whose starts wait for nothing but the scheduler. */
export const promptJobs: ReadonlySet<string> = new Set([probeJob, 'second-skip', 'calm-none']);

const second: readonly Wanted[] = [
  { name: probeJob, when: 'every 1s', does: ['quick'], overlap: 'allow' },
];

/** Every way to overlap, to catch up and to end. About six runs a second. */
const everyKind: readonly Wanted[] = [
  { name: 'second-skip', when: 'every 1s', does: ['quick'], overlap: 'skip' },
  { name: 'calm-none', when: 'every 1s', does: ['quick'], overlap: 'allow', catchUp: 'none' },
  { name: 'late-all', when: 'every 1s', does: ['quick'], overlap: 'allow', catchUp: 'all(5)' },
  { name: 'slow-skip', when: 'every 2s', does: ['sleep', '5'], overlap: 'skip' },
  { name: 'slow-queue', when: 'every 5s', does: ['sleep', '4'], overlap: 'queue' },
  { name: 'slow-replace', when: 'every 3s', does: ['sleep', '4'], overlap: 'replace' },
  { name: 'slow-allow', when: 'every 4s', does: ['sleep', '6'], overlap: 'allow' },
  { name: 'long', when: 'every 20s', does: ['sleep', '30'], overlap: 'skip' },
  { name: 'flaky', when: 'every 3s', does: ['flaky'], overlap: 'queue', retries: 2 },
  { name: 'failing', when: 'every 5s', does: ['fail'], overlap: 'allow' },
  {
    name: 'stubborn',
    when: 'every 15s',
    does: ['stubborn', '40'],
    overlap: 'skip',
    timeout: '2s',
  },
  { name: 'daemon', when: 'every 20s', does: ['daemon', '40'], overlap: 'skip', timeout: '3s' },
];

/** Jobs that harm: what they do is bounded. */
const hostile: readonly Wanted[] = [
  { name: 'flood', when: 'every 25s', does: ['flood', '20000000'], overlap: 'skip' },
  { name: 'forks', when: 'every 25s', does: ['forks', '150'], overlap: 'skip' },
  { name: 'leaver', when: 'every 25s', does: ['leaver', '60'], overlap: 'skip' },
];

/** `second` alone with a few others, for homes where something else is the burden. */
const few: readonly Wanted[] = [
  ...second,
  ...everyKind.filter(({ name }) => /^(late-all|slow-skip|long|flaky)$/.test(name)),
];

export const mixes = { few, every: [...second, ...everyKind], hostile: [...few, ...hostile] };
export type Mix = keyof typeof mixes;

/** The file for `apply`. */
export function jobFile(
  mix: Mix,
  witness: { readonly script: string; readonly file: string },
  paused = false,
): string {
  const jobs = mixes[mix].map(({ does, retries, ...job }) => ({
    ...job,
    command: ['/bin/sh', witness.script, witness.file, ...does],
    paused,
    ...(retries === undefined ? {} : { retries, retryDelay: '300ms' }),
  }));
  return JSON.stringify({ version: 1, jobs });
}
