import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NaiveJob, readJobs, writeJobs } from './naive-scheduler.ts';
import { Cast, sleep } from './processes.ts';
import {
  type ClientStory,
  desktopNames,
  type RaceStory,
  shuffle,
  timesFrom,
  whenSeen,
} from './stories.ts';
import { type ClientCount, countRace, ownerName, type RaceCount } from './tables.ts';
import { readTestimonies, witnessLine } from './witness.ts';

const program = join(import.meta.dirname, 'naive-scheduler.ts');

const startIn = (cast: Cast, folder: string, name: string): void => {
  cast.start(name, [process.execPath, program, folder], { PATH: process.env['PATH'] });
};

/** The list with one job in it. */
function makeFolder(folder: string, job: NaiveJob): string {
  mkdirSync(folder, { recursive: true });
  writeJobs(folder, [job]);
  return folder;
}

/** One gateway, and desktops that come and go; all of them tick. */
export async function raceNaively(ground: string, story: RaceStory): Promise<RaceCount> {
  const file = join(ground, 'naive-race');
  const first = Math.ceil((Date.now() + 3_000) / 1_000) * 1_000;
  const job = { name: 'report', line: witnessLine(file, story.worksSeconds), everyMs: 1_000 };
  const folder = makeFolder(join(ground, 'naive'), { ...job, nextAt: first });
  const cast = new Cast();
  try {
    startIn(cast, folder, ownerName);
    for (const name of desktopNames) startIn(cast, folder, name);
    const due = timesFrom(first, story.occurrences);
    const endsAt = first + story.occurrences * 1_000;
    await shuffle(cast, endsAt, (name) => startIn(cast, folder, name));
    await sleep(1_000);
    return countRace(due, readTestimonies(file), cast.names);
  } finally {
    await cast.closeAll();
  }
}

/** A dashboard that ticks for the jobs that are made in it. */
export async function forgetNaively(ground: string, story: ClientStory): Promise<ClientCount> {
  const file = join(ground, 'naive-client');
  const dueAt = Date.now() + story.dueInMs;
  const job = { name: 'left', line: witnessLine(file), everyMs: null, nextAt: dueAt };
  const folder = join(ground, 'naive-alone');
  const cast = new Cast();
  try {
    mkdirSync(folder, { recursive: true });
    writeJobs(folder, []);
    startIn(cast, folder, 'dashboard');
    const answer = save(folder, job);
    await sleep(story.staysMs);
    await cast.close('dashboard');
    return {
      answer,
      ranAfterMs: await whenSeen(file, dueAt, story.patienceMs),
      answerAlone: save(folder, { ...job, name: 'alone', nextAt: dueAt + 3_600_000 }),
      statusAlone: statusOf(folder),
    };
  } finally {
    await cast.closeAll();
  }
}

/** It is written down, and that is all that is known. */
function save(folder: string, job: NaiveJob): string {
  writeJobs(folder, [...readJobs(folder), job]);
  return `saved; next run ${timeOf(job.nextAt)}`;
}

function statusOf(folder: string): string {
  const jobs = readJobs(folder);
  const next = Math.min(...jobs.map(({ nextAt }) => nextAt ?? Number.POSITIVE_INFINITY));
  return `${jobs.length} jobs; next run ${timeOf(next)}`;
}

const timeOf = (at: number | null): string => new Date(at ?? 0).toISOString().slice(11, 16);
