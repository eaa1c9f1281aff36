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
      'List the jobs with "hermes cron list" and add each: cronkeeper add WHEN -- COMMAND';
    return refuse('"import hermes"', advice(next));
  }
  const remedy = replaced.get(verb)?.(profile);
  return remedy === undefined ? null : refuse(`"${verb}"`, remedy);
}

const replaced: ReadonlyMap<string, (profile: string) => Refusal['remedy']> = new Map([
  ['desktop', (profile: string) => command(`cronkeeper dashboard --desktop${profile}`)],
  ['chat', (profile: string) => command(`cronkeeper add --help${profile}`)],
  [
    'hermes',
    (profile: string) =>
      advice(`Let a job call Hermes: cronkeeper add WHEN${profile} -- hermes -p NAME cron run ID`),
  ],
]);
