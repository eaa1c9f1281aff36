import { readFileSync } from 'node:fs';

/** What one run wrote down about itself. */
export type Testimony = {
  readonly job: string;
  /** As its scheduler told it. */
  readonly fireTime: string;
  /** Pids from the run itself up to the first process. */
  readonly chain: readonly number[];
  readonly ended: boolean;
};

/**
 * A line of shell that writes down what it is and where it comes from, works for a moment, and writes that it came to its end. Which
 * processes are above it is asked of the kernel, so no scheduler can claim a run that another process started.
 *
 * @param path without anything that a shell would read
 */
export const witnessLine = (path: string, worksSeconds = 0): string =>
  [
    'name="$CRONKEEPER_JOB_NAME$JOB_NAME $CRONKEEPER_FIRE_TIME$FIRE_TIME"',
    'above=$$ chain=',
    'while [ "$above" -gt 0 ]; do chain="$chain $above"',
    'while read -r key value; do [ "$key" != PPid: ] || { above=$value; break; }; done < "/proc/$above/status" || break; done',
    `echo "began $name$chain" >> ${path}`,
    ...(worksSeconds === 0 ? [] : [`sleep ${worksSeconds}`]),
    `echo "ended $name" >> ${path}`,
  ].join('; ');

/** Every run that began, in order. */
export function readTestimonies(path: string): readonly Testimony[] {
  const lines = read(path).split('\n').slice(0, -1);
  const ended = new Map<string, number>();
  for (const line of lines)
    if (line.startsWith('ended ')) {
      const name = line.slice('ended '.length);
      ended.set(name, (ended.get(name) ?? 0) + 1);
    }
  return lines.flatMap((line) => {
    const [kind, job = '', fireTime = '', ...pids] = line.split(' ');
    if (kind !== 'began') return [];
    const left = ended.get(`${job} ${fireTime}`) ?? 0;
    ended.set(`${job} ${fireTime}`, left - 1);
    return [{ job, fireTime, chain: pids.map(Number), ended: left > 0 }];
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Nobody has run yet.
    return '';
  }
}
