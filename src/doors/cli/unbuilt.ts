import { advice, command, profileOption, Refusal } from '../../core/refusal.ts';
import { isProfileName } from '../../operations/profile-check.ts';
import type { Place } from './host.ts';

/** Verbs that people know and this build does not have: the answer says what to do instead. */

const refuse = (what: string, remedy: Refusal['remedy']): Refusal =>
  new Refusal('not_in_this_build', `${what} is not in this build yet.`, { remedy });

/** The profile that was named; what cannot be a name is not repeated into lines that people copy. */
const nameOf = ({ profile }: Place): string =>
  profile === null || isProfileName(profile) ? (profile ?? 'default') : 'NAME';

/**
 * @param words the verb and the words after it, without options
 * @returns null when this build has the verb
 */
export function unbuilt(words: readonly string[], place: Place): Refusal | null {
  const [verb = '', ...plain] = words;
  const profile = profileOption(nameOf(place));
  if (verb === 'import' && plain[0] === 'hermes') {
    const next =
      'List the jobs with "hermes cron list", add each (cronkeeper add WHEN -- COMMAND), and pause it in Hermes, or both run it: hermes cron pause ID';
    return refuse('"import hermes"', advice(next));
  }
  const remedy = replaced.get(verb)?.(profile);
  return remedy === undefined ? null : refuse(`"${verb}"`, remedy);
}

/** Hermes ends with 0 whatever became of the job, so what it says is what counts. Everything is read, so that it is not cut off. */
const askHermes =
  'hermes -p NAME cron run ID 2>&1 | awk "{print} /^ *Ran now: succeeded/ {ok=1} END {exit !ok}"';

const replaced: ReadonlyMap<string, (profile: string) => Refusal['remedy']> = new Map([
  ['desktop', (profile: string) => command(`cronkeeper dashboard --desktop${profile}`)],
  [
    'hermes',
    (profile: string) =>
      advice(
        [
          'Let a job call Hermes. It fails unless Hermes says that the run succeeded:',
          '',
          `  cronkeeper add WHEN${profile} --shell '${askHermes}'`,
          '',
          'Hermes runs only jobs that are enabled in Hermes. So let no gateway, Desktop or timer',
          'of that profile of Hermes run beside it, or the job runs twice.',
        ].join('\n'),
      ),
  ],
]);
