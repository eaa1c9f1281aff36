import assert from 'node:assert/strict';
import { add } from '../journeys/asking.ts';
import type { Answer, Person } from '../journeys/program.ts';

/** Adds a job that tells each of its fire times when it starts. */
export const beat = (person: Person): Promise<string> =>
  add(person, 'every 1s', '--name', 'beat', '--shell', 'echo "$CRONKEEPER_FIRE_TIME" >> beats');

export const beats = (person: Person): readonly string[] =>
  person.read('beats').split('\n').slice(0, -1);

/** An answer that refuses or failed: the reason and a remedy, no trace of the program. */
export function assertClear({ code, out, err }: Answer, reason: RegExp): void {
  assert.ok(code === 1 || code === 3, `${code}: ${out}${err}`);
  assert.match(err, reason);
  assert.match(err, /→ \S/);
  assert.doesNotMatch(err + out, /^\s+at .*:\d+:\d+/m);
}
