import { join } from 'node:path';
import type { Hidden, SecretSource } from '../../core/secret.ts';
import type { SecretEntry, SecretReader } from '../../ports/secrets.ts';
import { type Found, markOfFile, namesIn, readSecretFile, readVariable } from './files.ts';
import { type AskProgram, keychainCommand } from './programs.ts';

export type SecretsOptions = {
  /** The folder `secrets` of the home. */
  readonly folder: string;
  /** What the settings say now; a name in them goes before a file of that name. */
  readonly sources: () => ReadonlyMap<string, SecretSource>;
  readonly ask: AskProgram;
  readonly platform: string;
};

/** Values of this process that were resolved; more are the sign of a mistake. */
const mostRemembered = 1_000;

type Kept = { readonly mark: string; readonly found: Found };

/** The secrets of a home. */
export function makeSecretReader(options: SecretsOptions): SecretReader {
  const remembered = new Map<string, Hidden>();
  const kept = new Map<string, Kept>();
  const sourceOf = (name: string): SecretSource =>
    options.sources().get(name) ?? { kind: 'file', path: join(options.folder, name) };
  const list = (): readonly SecretEntry[] => {
    const entries = new Map<string, SecretSource>();
    for (const name of namesIn(options.folder))
      entries.set(name, { kind: 'file', path: join(options.folder, name) });
    for (const [name, source] of options.sources()) entries.set(name, source);
    return [...entries]
      .map(([name, source]) => ({ name, source }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  };
  /** A file that did not change is not read again. */
  const lookUp = (source: SecretSource): Found | null => {
    if (source.kind !== 'file' && source.kind !== 'env-file') return null;
    const mark = markOfFile(source.path);
    const id = JSON.stringify(source);
    const before = kept.get(id);
    if (mark !== null && before?.mark === mark) return before.found;
    const found =
      source.kind === 'file'
        ? readSecretFile(source.path)
        : readVariable(source.path, source.variable);
    if (mark === null) kept.delete(id);
    else kept.set(id, { mark, found });
    return found;
  };
  const remember = (name: string, value: string): void => {
    if (remembered.size < mostRemembered) remembered.set(`${name}=${value}`, { name, value });
  };
  return {
    list,
    resolve: async (names) => {
      const found = await Promise.all(
        names.map(async (name) => ({
          name,
          found: await findOut(options, lookUp, sourceOf(name)),
        })),
      );
      const values: Hidden[] = [];
      for (const { name, found: one } of found) {
        if ('why' in one) return { kind: 'missing', name, why: one.why };
        remember(name, one.value);
        values.push({ name, value: one.value });
      }
      return { kind: 'resolved', values };
    },
    whyNot: (name) => {
      const found = lookUp(sourceOf(name));
      return found !== null && 'why' in found ? found.why : null;
    },
    known: () => {
      const values = new Map(remembered);
      for (const { name, source } of list()) {
        const found = lookUp(source);
        if (found !== null && 'value' in found)
          values.set(`${name}=${found.value}`, { name, value: found.value });
      }
      return [...values.values()];
    },
  };
}

async function findOut(
  { ask, platform }: SecretsOptions,
  lookUp: (source: SecretSource) => Found | null,
  source: SecretSource,
): Promise<Found> {
  switch (source.kind) {
    case 'command':
      return ask(source.argv);
    case 'keychain': {
      const argv = keychainCommand(platform, source);
      return argv === null ? { why: 'no keychain of this system is known' } : ask(argv);
    }
    case 'file':
    case 'env-file':
      return lookUp(source) ?? { why: 'it could not be read' };
  }
}
