import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  type Answer,
  Json,
  Person,
  patienceMs,
  processesOf,
  type Running,
  until,
} from './program.ts';

/** Commands that answers named as remedies. They are typed by people, so each must be one that exists. */
const remedies = new Set<string>();

/** A test with a person and a home of its own. Everything that was started ends with it, runs included. */
export function journey(
  name: string,
  tell: (person: Person, t: TestContext) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): void {
  test(name, async (t) => {
    const person = new Person(env);
    try {
      await tell(person, t);
    } finally {
      const runs = runFolders(person);
      await person.leave();
      for (const run of runs) for (const pid of await processesOf(run)) end(pid);
    }
  });
}

function runFolders(person: Person): readonly string[] {
  try {
    return readdirSync(person.file('runs'));
  } catch {
    return [];
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    /* It ended by itself. */
  }
}

/** Types a command with `--json`, keeps the remedies that it names, and answers the document. */
export async function ask(
  person: Person,
  args: readonly string[],
  code: number | null = 0,
): Promise<Json> {
  const asked = await person.ask(args);
  collect(asked.answer.value);
  if (code !== null) assert.equal(asked.code, code, JSON.stringify(asked.answer.value));
  return asked.answer;
}

function collect(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('kind' in value && value.kind === 'command' && 'text' in value)
    remedies.add(String(value.text));
  for (const part of Object.values(value)) collect(part);
}

/** What `status --json` says, whatever the exit code. */
export const status = (person: Person, profile = 'default'): Promise<Json> =>
  ask(person, ['status', '-p', profile], null);

/** Asks for the status until it is as wanted; answers it. */
export const statusWhen = (
  person: Person,
  what: string,
  isSo: (said: Json) => boolean,
  withinMs = patienceMs,
  profile = 'default',
): Promise<Json> => {
  let last = '';
  return until(
    what,
    async () => {
      const said = await status(person, profile);
      last = JSON.stringify(said.value);
      return isSo(said) ? said : undefined;
    },
    withinMs,
  ).catch((cause: unknown) => {
    throw new Error(`${what}: not within ${withinMs} ms; at last: ${last}`, { cause });
  });
};

export const willRun = (said: Json): boolean => said.at('readiness', 'willRun').value === true;

/** The pid of who owns the profile now, or null. */
export const holderPid = (said: Json): number | null =>
  said.at('holder').value === null ? null : said.number('holder', 'pid');

/** Starts a process and waits until it owns the profile. */
export async function startOwner(
  person: Person,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const running = person.start(args, env);
  await statusWhen(
    person,
    `${args.join(' ')} owns the profile`,
    (said) => willRun(said) && holderPid(said) === running.pid,
  );
  return running;
}

/** Starts a process and waits until `status` lists it; answers what is listed. */
export async function startBeside(
  person: Person,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly running: Running; readonly listed: Json }> {
  const running = person.start(args, env);
  const said = await statusWhen(
    person,
    `${args.join(' ')} is listed`,
    (shown) => instanceOf(shown, running.pid) !== undefined,
  );
  return { running, listed: instanceOf(said, running.pid) ?? new Json(null) };
}

export const instanceOf = (said: Json, pid: number): Json | undefined =>
  said.list('instances').find((one) => one.number('pid') === pid);

/** Adds a job and answers its id. */
export async function addJob(person: Person, args: readonly string[]): Promise<string> {
  return (await ask(person, ['add', ...args])).text('job', 'id');
}

/** A line of shell that leaves a line in a file of the person's home: who ran, for which time, under which epoch. */
export const testify = (person: Person, file = 'witness'): string =>
  `echo "$CRONKEEPER_JOB_NAME $CRONKEEPER_FIRE_TIME $CRONKEEPER_EPOCH $CRONKEEPER_RUN_ID" >> ${person.file(file)}`;

/** Lines of the witness, each split into its words. */
export const testimony = (person: Person, file = 'witness'): readonly (readonly string[])[] =>
  person
    .read(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));

/** Occurrences that ran more than once. */
export function doubled(person: Person, file = 'witness'): readonly string[] {
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const [job, fireTime] of testimony(person, file)) {
    const name = `${job} ${fireTime}`;
    if (seen.has(name)) twice.push(name);
    seen.add(name);
  }
  return twice;
}

/** Waits until the witness has so many lines more than now. */
export async function moreTestimony(person: Person, lines: number, withinMs = patienceMs) {
  const before = testimony(person).length;
  return until(
    `${lines} more lines in the witness`,
    () => (testimony(person).length >= before + lines ? true : undefined),
    withinMs,
  );
}

export const runsOf = async (person: Person, job: string, limit = 100): Promise<Json[]> =>
  (await ask(person, ['runs', job, '-n', String(limit)])).list('runs');

/** The first line of an answer for people. */
export const firstLine = ({ out }: Answer): string => out.split('\n')[0] ?? '';

/** Types `VERB --help` for a command line; answers what is wrong with it, or null. */
export async function findFlaw(person: Person, line: string): Promise<string | null> {
  const [program = '', ...words] = wordsOf(line);
  if (program !== 'cronkeeper') return `"${line}" is not a command of ours`;
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const plain = own.filter(
    (word, at) => !word.startsWith('-') && !/^(-p|--home)$/.test(own[at - 1] ?? ''),
  );
  const { code, out, err } = await person.type([...plain.slice(0, 3), '--help']);
  if (code !== 0) return `"${line}" is not understood: ${err}`;
  const verb = plain[0] ?? '';
  if (verb !== '' && !out.startsWith(`Usage: cronkeeper ${verb}`)) return `"${verb}" is no verb`;
  const flags = own
    .filter((word) => /^--?[a-zA-Z]/.test(word))
    .map((word) => word.split('=')[0] ?? word);
  const unknown = flags.filter((flag) => !new RegExp(`(^|[ ,])${flag}\\b`, 'm').test(out));
  return unknown.length === 0 ? null : `"${line}" has unknown options: ${unknown.join(' ')}`;
}

const wordsOf = (line: string): readonly string[] =>
  (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ''));

/** Put last in a file: every command that was named as a remedy before is one that exists. */
export function remediesExist(name: string): void {
  journey(name, async (person, t) => {
    assert.ok(remedies.size > 0, 'no remedy was named');
    t.diagnostic(`${remedies.size} remedies: ${[...remedies].join(' | ')}`);
    for (const line of remedies) assert.equal(await findFlaw(person, line), null);
  });
}
