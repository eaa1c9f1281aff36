/** What launchd says about one label. */
export type Loaded =
  | { readonly kind: 'absent' }
  | { readonly kind: 'silent'; readonly why: string }
  /** `state` in its own words: `running`, `waiting`, `not running`, `spawn scheduled`. */
  | { readonly kind: 'loaded'; readonly pid: number | null; readonly state: string };

/**
 * The answer of `launchctl print DOMAIN/LABEL`. Apple promises only the exit code; the text is read for what is shown to people, and
 * what is not there is unknown.
 */
export function readPrinted(output: string): Loaded {
  const state = /^\s*state = ([\w ]{1,40})$/m.exec(output)?.[1]?.trim() ?? 'loaded';
  const pid = Number(/^\s*pid = (\d{1,10})$/m.exec(output)?.[1] ?? Number.NaN);
  const isTimed = /^\s*(event triggers|com\.apple\.launchd\.calendarinterval) = \{/m.test(output);
  const word = state === 'not running' && isTimed ? 'waiting' : state;
  return { kind: 'loaded', pid: Number.isNaN(pid) ? null : pid, state: word };
}

/** Labels that `launchctl print-disabled DOMAIN` names as disabled; older systems say `true`. */
export function readDisabled(output: string): ReadonlySet<string> {
  const rows = output.matchAll(/^\s*"([^"\n]+)" => (disabled|true)$/gm);
  return new Set([...rows].flatMap(([, label]) => label ?? []));
}
