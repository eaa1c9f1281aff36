import type { JobFields } from './inputs.ts';
import { badValue, isNone, texts, valueless } from './values.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * The variables of a job after what was said of them: a change keeps those that it does not name, for their values are shown
 * nowhere and could not be typed again. `none` alone takes all of them away.
 *
 * @throws Refusal `usage`; its message never shows a value
 */
export function readVariables(
  { env, unsetEnv }: Pick<JobFields, 'env' | 'unsetEnv'>,
  before: Variables,
  isWhole: boolean,
): Variables {
  const named = env === undefined ? {} : readEnv(texts(env), before);
  const isCleared = env?.length === 1 && isNone(env[0]);
  const keeps = env === undefined || !(isWhole || isCleared);
  const gone = new Set(texts(unsetEnv ?? []));
  for (const name of gone) refuseUnset(name, before, named);
  const all = Object.entries(keeps ? { ...before, ...named } : named);
  return Object.fromEntries(all.filter(([name]) => !gone.has(name)));
}

function refuseUnset(name: string, before: Variables, named: Variables): void {
  if (Object.hasOwn(named, name))
    throw badValue('unsetEnv', `unset-env: ${name} cannot be set and taken away at once.`);
  if (Object.hasOwn(before, name)) return;
  const names = Object.keys(before).join(', ');
  const shown = name.slice(0, 80);
  throw badValue(
    'unsetEnv',
    `unset-env: this job has no variable "${shown}".`,
    names === '' ? 'It has no variables of its own.' : `It has ${names}.`,
  );
}

/** Which variables became another value, or came, and which are gone; null when nothing of it. */
export function differingVariables(
  after: Variables,
  before: Variables,
): { readonly set: string[]; readonly removed: string[] } | null {
  const set = Object.keys(after).filter((name) => ownValue(before, name) !== ownValue(after, name));
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return set.length + removed.length === 0 ? null : { set, removed };
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * `KEY=VALUE` each; the last of equal names counts. A bare `KEY` keeps the value that `known` has.
 *
 * @throws Refusal `usage`; its message never shows a value
 */
function readEnv(
  lines: readonly string[],
  known: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const line of lines) {
    const cut = line.indexOf('=');
    const name = cut < 0 ? line : line.slice(0, cut);
    if (!variableName.test(name))
      throw badValue('env', 'env: each must be KEY=VALUE; KEY is letters, digits and "_".');
    if (name.toUpperCase().startsWith('CRONKEEPER_'))
      throw badValue('env', `env: ${name} is set by cronkeeper itself.`);
    const value = cut < 0 ? ownValue(known, name) : line.slice(cut + 1);
    if (value === null) throw valueless('env', `${name}=VALUE`, name);
    if (value.includes('\0')) throw badValue('env', `env: the value of ${name} contains NUL.`);
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

const ownValue = (record: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(record, name) ? (record[name] ?? null) : null;
