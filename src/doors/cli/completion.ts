import type { RootCommand } from '@bomb.sh/tab';
import { ask, inSession } from './call.ts';
import { commands } from './commands/all.ts';
import { printed } from './completion-script.ts';
import type { CliHost } from './host.ts';
import type { Completes } from './spec.ts';
import { plainWords, spell } from './spelling.ts';

type Candidate = readonly [value: string, description: string];

const atMost = 200;
/** Nothing of ours to offer: the shell completes names of files. */
const filesToo = ':0\n';

/**
 * What could stand at the end of these words. The last one is the word being typed, empty when a new one begins.
 * Never fails: a shell that waits for candidates has no use for an error.
 */
export async function complete(words: readonly string[], host: CliHost): Promise<string> {
  const typed = words.at(-1) ?? '';
  // The word being typed stands in empty: it may be `--`, and a verb before it does not stand alone.
  const { words: spelled, rest } = spell([...words.slice(0, -1), '']);
  const before = spelled.slice(0, -1);
  const wanted = wantedKind([...before, typed]);
  if (rest !== null || wanted === 'files') return filesToo;
  const { RootCommand: Root } = await import('@bomb.sh/tab');
  const candidates = wanted === null ? [] : await candidatesFor(wanted, words, host);
  const root = describe(new Root(), candidates);
  return printed(() => root.parse([...before, typed]));
}

function describe(root: RootCommand, candidates: readonly Candidate[]): RootCommand {
  for (const word of new Set(commands.map(({ path }) => path[0]))) {
    const group = commands.filter(({ path }) => path[0] === word);
    const [only] = group;
    root.command(word, group.length === 1 && only !== undefined ? only.summary : `${word} …`);
  }
  for (const { path, summary, args, flags } of commands) {
    const command = root.command(path.join(' '), summary);
    for (const { long, short, help, kind } of flags) {
      if (help === '') continue;
      if (kind === 'flag' || kind === 'optional') command.option(long, help, short);
      else command.option(long, help, () => {}, short);
    }
    for (const { name, completes } of args) {
      command.argument(name, (offer) => {
        if (completes === undefined || completes === 'files') return;
        for (const [value, description] of candidates) offer(value, description);
      });
    }
  }
  root.option(
    'profile',
    'which profile',
    (offer) =>
      candidates.forEach(([value, text]) => {
        offer(value, text);
      }),
    'p',
  );
  return root;
}

/** Whose names could stand where the cursor is. */
function wantedKind(words: readonly string[]): Completes | null {
  const before = words.at(-2);
  if (before === '-p' || before === '--profile') return 'profiles';
  const { words: spelled, verbAt } = spell(words);
  const plain = plainWords(spelled.slice(Math.max(0, verbAt)));
  const spec = commands.find(({ path }) => path.every((word, index) => plain[index] === word));
  if (spec === undefined) return null;
  const typed = Math.max(0, plain.length - spec.path.length - 1);
  return spec.args[typed]?.completes ?? null;
}

async function candidatesFor(
  kind: Completes,
  words: readonly string[],
  host: CliHost,
): Promise<readonly Candidate[]> {
  const place = placeIn(words, host);
  const spec = commands[0];
  if (spec === undefined || kind === 'files') return [];
  const globals = { ...place, json: false, verbose: false };
  const { jobsListOutput, profilesListOutput, runsListOutput } = await import(
    '../../operations/outputs.ts'
  );
  const call = { host, spec, globals, input: {}, own: {}, rest: null, excess: [] };
  try {
    return await inSession(call, async (session) => {
      if (kind === 'profiles') {
        const { answer } = await ask(session, 'profiles.list', {}, profilesListOutput);
        return answer.profiles.map(({ name, jobs }): Candidate => [name, `${jobs} jobs`]);
      }
      if (kind === 'runs') {
        const { answer } = await ask(session, 'runs.list', { limit: 50 }, runsListOutput);
        return answer.runs.map(
          ({ id, job, state }): Candidate => [id, oneLine(`${job.name} ${state}`)],
        );
      }
      if (kind === 'settings') return [];
      const { answer } = await ask(session, 'jobs.list', { limit: atMost }, jobsListOutput);
      return answer.jobs.flatMap(({ id, name, schedule }): Candidate[] => [
        ...(isPlain(name) ? [[name, oneLine(schedule.words)] as const] : []),
        [id, oneLine(name)],
      ]);
    });
  } catch {
    // Completion is a convenience: without a store there is nothing to offer.
    return [];
  }
}

/** Names that a shell would take apart are offered by their id only. */
const isPlain = (name: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name);
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 60);

function placeIn(words: readonly string[], { env }: CliHost) {
  const after = (names: readonly string[]): string | null => {
    const at = words.findIndex((word) => names.includes(word));
    return at < 0 || at >= words.length - 2 ? null : (words[at + 1] ?? null);
  };
  const { CRONKEEPER_PROFILE, CRONKEEPER_HOME } = env;
  return {
    profile: after(['-p', '--profile']) ?? (CRONKEEPER_PROFILE || null),
    home: after(['--home']) ?? (CRONKEEPER_HOME || null),
  };
}
