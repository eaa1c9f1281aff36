import { readCron } from '../core/cron-expression.ts';
import type { Job } from '../core/job.ts';
import { zoneNameOf } from '../core/time-zone.ts';
import { type CrontabLine, isMarked, marksIn } from './crontab.ts';
import { nameOf } from './job-name.ts';
import type { PresentJobs } from './present-jobs.ts';
import { nameKey } from './values.ts';

/** The job that a line is: one that is there, or a new one of this name. */
export type LineJob = {
  readonly line: CrontabLine;
  readonly name: string;
  readonly id: string | null;
  /** Whether it has the schedule and the command of the line; another one that is there has only the name. */
  readonly isOwn: boolean;
};

/**
 * Tells which job each line of a crontab is. The same command at two times is two jobs, whose names are counted; which of them a line
 * is, its schedule, its `CRON_TZ` and its command tell, for lines are put before others and taken out of the crontab. A namesake that no line
 * made and no mark in the text speaks for may be the job of a line as it was before somebody edited one of the two: that line is that
 * job, or it would run twice.
 */
export function jobsOfLines(
  lines: readonly CrontabLine[],
  text: string,
  present: PresentJobs,
): readonly LineJob[] {
  const marks = marksIn(text);
  const namesakes = namesakesIn(present);
  const claimed = new Set<string>();
  const names = new Set(present.byName.keys());
  const claim = (line: CrontabLine, may: (one: Namesake) => boolean): Job | null => {
    const all = namesakes.get(nameKey(plainName(line))) ?? [];
    const found = all.find((one) => !claimed.has(one.job.id) && may(one))?.job ?? null;
    if (found !== null) claimed.add(found.id);
    return found;
  };
  const own = lines.map((line) => {
    const time = timeOf(line.when);
    if (time === null) return null;
    const zone = zoneNameOf(line.variables.get('CRON_TZ') ?? '');
    const isOwn = (one: Namesake): boolean => one.time === time && one.script === line.script;
    return claim(line, (one) => isOwn(one) && (zone === null || one.zone === zone));
  });
  return lines.map((line, index) => {
    const made = own[index] ?? null;
    const job = made ?? claim(line, (one) => !isMarked(marks, one.job.definition.name));
    if (job !== null) return { line, name: job.definition.name, id: job.id, isOwn: made !== null };
    const name = freeName(plainName(line), names);
    names.add(nameKey(name));
    return { line, name, id: null, isOwn: true };
  });
}

const plainName = ({ script }: CrontabLine): string =>
  nameOf({ kind: 'command', argv: [script], shell: true });

function freeName(plain: string, names: ReadonlySet<string>): string {
  let name = plain;
  for (let count = 2; names.has(nameKey(name)); count += 1) name = `${plain} (${count})`;
  return name;
}

/** A job that has a name, or that name and a number. */
type Namesake = {
  readonly job: Job;
  readonly count: number;
  readonly time: string | null;
  readonly zone: string | null;
  readonly script: string | null;
};

function namesakesIn({ all }: PresentJobs): ReadonlyMap<string, readonly Namesake[]> {
  const found = new Map<string, Namesake[]>();
  for (const job of all) {
    const { name, action, schedule } = job.definition;
    const key = nameKey(name);
    const [, plain, count] = /^(.*) \((\d{1,6})\)$/.exec(key) ?? [];
    const one = {
      job,
      time: schedule.kind === 'cron' ? timeOf(schedule.expression) : null,
      zone: schedule.kind === 'cron' ? schedule.zone : null,
      script: action.kind === 'command' ? (action.argv.at(-1) ?? null) : null,
    };
    for (const [base, number] of [
      [key, 1],
      [plain, Number(count)],
    ] as const) {
      if (base === undefined) continue;
      const list = found.get(base);
      if (list === undefined) found.set(base, [{ ...one, count: number }]);
      else list.push({ ...one, count: number });
    }
  }
  for (const list of found.values()) list.sort((left, right) => left.count - right.count);
  return found;
}

/** The schedule in its one spelling; null for none, which is no line's. */
function timeOf(expression: string): string | null {
  const reading = readCron(expression);
  return reading.kind === 'cron' ? reading.cron.canonical : null;
}
