import { advice, command, profileOption, Refusal } from '../../core/refusal.ts';
import { isProfileName } from '../../operations/profile-check.ts';
import type { Place } from './host.ts';

/** Verbs that people know and this build does not have: the answer says what to do instead. */

type Situation = { readonly program: string; readonly place: Place };

const refuse = (what: string, remedy: Refusal['remedy'], details = {}): Refusal =>
  new Refusal('not_in_this_build', `${what} is not in this build yet.`, { remedy, details });

/** A unit for systemd. Runs outlive their scheduler, so the manager may end only the scheduler itself. */
export function unitFor(verb: string, { program, place }: Situation): string {
  const profile = nameOf(place);
  const home = place.home === null ? '' : ` --home ${unitWord(place.home)}`;
  return [
    '[Unit]',
    `Description=cronkeeper ${verb} of profile ${profile}`,
    'After=network-online.target',
    '',
    '[Service]',
    `ExecStart=${unitWord(program)}${profileOption(profile)}${home} ${verb}`,
    'Restart=always',
    'RestartSec=5',
    'KillMode=process',
    'TimeoutStopSec=30',
    '',
    '[Install]',
    'WantedBy=default.target',
  ].join('\n');
}

/** The profile that was named; what cannot be a name is not repeated into lines that people copy. */
const nameOf = ({ profile }: Place): string =>
  profile === null || isProfileName(profile) ? (profile ?? 'default') : 'NAME';

/** A word of a unit: quoted when it has to be, and `%` doubled, because systemd gives it a meaning. */
function unitWord(text: string): string {
  const word = text.replaceAll('%', '%%');
  return /^[\w@+=:,./%-]+$/.test(word) ? word : JSON.stringify(word);
}

function service(what: string, verb: string, situation: Situation): Refusal {
  const profile = nameOf(situation.place);
  const name = `cronkeeper-${profile}`;
  const unit = unitFor(verb, situation);
  const text = [
    `Let your service manager run: cronkeeper ${verb}${profileOption(profile)}`,
    `With systemd, write this to ~/.config/systemd/user/${name}.service:`,
    '',
    ...unit.split('\n').map((line) => (line === '' ? '' : `  ${line}`)),
    '',
    `Then: systemctl --user daemon-reload && systemctl --user enable --now ${name}`,
    'To keep it after you log out: loginctl enable-linger',
  ].join('\n');
  return refuse(what, advice(text), { unit });
}

const managed = new Set(['install', 'uninstall', 'start', 'stop', 'restart', 'setup']);
const asked = new Set(['status', 'logs']);

/**
 * @param words the verb and the words after it, without options
 * @returns null when this build has the verb
 */
export function unbuilt(words: readonly string[], situation: Situation): Refusal | null {
  const [verb = '', ...plain] = words;
  const profile = profileOption(nameOf(situation.place));
  const status = command(`cronkeeper status${profile}`);
  if (verb === 'gateway') {
    const second = plain[0] ?? '';
    if (asked.has(second)) return refuse(`"gateway ${second}"`, status);
    return managed.has(second) ? service(`"gateway ${second}"`, 'gateway run', situation) : null;
  }
  if (verb === 'service') {
    const [second = '', what] = plain;
    if (asked.has(second)) return refuse(`"service ${second}"`, status);
    return service('"service"', what === 'gateway' ? 'gateway run' : 'runner', situation);
  }
  if (verb === 'setup') return service('"setup"', 'runner', situation);
  if (verb === 'import' && plain[0] === 'hermes') {
    const next =
      'List the jobs with "hermes cron list" and add each: cronkeeper add WHEN -- COMMAND';
    return refuse('"import hermes"', advice(next));
  }
  const remedy = replaced.get(verb)?.(profile);
  return remedy === undefined ? null : refuse(`"${verb}"`, remedy);
}

const replaced: ReadonlyMap<string, (profile: string) => Refusal['remedy']> = new Map([
  ['dashboard', (profile: string) => command(`cronkeeper status${profile}`)],
  ['desktop', (profile: string) => command(`cronkeeper status${profile}`)],
  ['mcp', () => advice('Agents can use the command line: every verb takes --json.')],
  ['chat', (profile: string) => command(`cronkeeper add --help${profile}`)],
  [
    'hermes',
    (profile: string) =>
      advice(`Let a job call Hermes: cronkeeper add WHEN${profile} -- hermes -p NAME cron run ID`),
  ],
]);
