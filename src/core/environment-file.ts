import { isSettable } from './run-environment.ts';

/** What a file with lines NAME=VALUE says, or the first line that says nothing that can be used. */
export type ReadEnvironment =
  | { readonly kind: 'read'; readonly names: Readonly<Record<string, string>> }
  | { readonly kind: 'bad'; readonly line: number; readonly why: string };

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/**
 * Reads lines such as `NAME=value`, `export NAME="two words"` and `# comment`. A value may stand in single quotes, verbatim, or in
 * double quotes, where a backslash takes the next character (`\n` and `\t` are what they are elsewhere). Nothing is expanded: a
 * `$` is a dollar. A name that is given twice has its last value.
 */
export function readEnvironment(text: string): ReadEnvironment {
  const names = new Map<string, string>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const bad = (why: string): ReadEnvironment => ({ kind: 'bad', line: index + 1, why });
    const [, name = '', written = ''] = /^(?:export\s+)?([^\s=]+)\s*=\s*(.*)$/s.exec(line) ?? [];
    if (name === '') return bad('it is not NAME=VALUE');
    if (!isSettable(name)) return bad(`"${name.slice(0, 80)}" is no name that a run may be given`);
    const value = unquoted(written);
    if (value === null) return bad('its quotes do not close, or something follows them');
    names.set(name, value);
  }
  return { kind: 'read', names: Object.fromEntries(names) };
}

function unquoted(written: string): string | null {
  const [quote] = written;
  if (quote === "'") return /^'([^']*)'$/.exec(written)?.[1] ?? null;
  if (quote !== '"') return written;
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(written)?.[1];
  return inner?.replace(/\\(.)/gs, (_, next: string) => escapes[next] ?? next) ?? null;
}
