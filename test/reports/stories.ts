import { type Cast, sleep } from './processes.ts';
import { readTestimonies } from './witness.ts';

/** Several processes that could run the jobs, and one that shall. */
export type RaceStory = { readonly occurrences: number; readonly worksSeconds: number };

/** A job is made in a client, which is closed before the job is due. */
export type ClientStory = {
  readonly dueInMs: number;
  readonly staysMs: number;
  /** How long after its time the job is waited for. */
  readonly patienceMs: number;
};

export const desktopNames: readonly string[] = ['desktop 1', 'desktop 2', 'desktop 3'];

const everyMs = 1_300;

/** Closes one desktop after the other and opens it again, until a moment. */
export async function shuffle(
  cast: Cast,
  endsAt: number,
  start: (name: string) => void,
): Promise<void> {
  for (let turn = 0; Date.now() < endsAt; turn += 1) {
    await sleep(Math.max(0, Math.min(everyMs, endsAt - Date.now())));
    const name = desktopNames[turn % desktopNames.length] ?? '';
    await cast.close(name);
    start(name);
  }
}

/** So many times, a second apart, as schedulers tell them. */
export const timesFrom = (first: number, occurrences: number): readonly string[] =>
  Array.from({ length: occurrences }, (_, index) => new Date(first + index * 1_000).toISOString());

/** How long after its time the first run was seen; null when it was not. */
export async function whenSeen(
  file: string,
  dueAt: number,
  patienceMs: number,
): Promise<number | null> {
  while (Date.now() < dueAt + patienceMs) {
    if (readTestimonies(file).length > 0) return Math.max(0, Date.now() - dueAt);
    await sleep(20);
  }
  return null;
}
