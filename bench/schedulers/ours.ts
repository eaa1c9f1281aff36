import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Person, until } from '../../test/journeys/program.ts';
import type { OpenScheduler, Place, Scheduler, StampJob } from './scheduler.ts';

/** The program as it ships: a runner with a home of its own, given its jobs with `apply`. */
export const ours: Scheduler = {
  who: 'cronkeeper',
  open: openOurs,
};

/** Our scheduler with the person who asks it. */
export type OpenOurs = OpenScheduler & { readonly person: Person };

/** Starts a runner and waits until it says that jobs will run. */
export async function openOurs({ stamp }: Place): Promise<OpenOurs> {
  const person = new Person();
  const runner = person.start(['runner']);
  const file = person.file('stamps');
  await until('readiness', async () => {
    const { answer } = await person.ask(['status']);
    return answer.at('readiness', 'willRun').value === true ? true : undefined;
  });
  return {
    person,
    pids: [runner.pid],
    async arm(jobs) {
      const text = jobsFile(jobs, [stamp.program, file]);
      const { code, err } = await person.type(['apply', '-'], {}, text);
      if (code !== 0) throw new Error(`apply ended with ${code}: ${err}`);
    },
    async stamps() {
      return person.read('stamps');
    },
    stop: () => person.stop(),
  };
}

/** A file for `apply`, of jobs that start a command with their label as its last word. */
function jobsFile(jobs: readonly StampJob[], command: readonly string[]): string {
  const documents = jobs.map(({ label, when }) => ({
    name: label,
    when: 'cron' in when ? when.cron : new Date(when.atMs).toISOString(),
    command: [...command, label],
    ...('cron' in when ? { overlap: 'allow' } : {}),
  }));
  return JSON.stringify({ version: 1, jobs: documents });
}

/** The version in our package. */
export function ourVersion(): string {
  const path = join(import.meta.dirname, '..', '..', 'package.json');
  const about: { readonly version?: unknown } = JSON.parse(readFileSync(path, 'utf8'));
  return String(about.version);
}
