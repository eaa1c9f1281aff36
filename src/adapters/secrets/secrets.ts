import { join } from 'node:path';
import type { Hidden, SecretSource } from '../../core/secret.ts';
import type { SecretKeeper } from '../../ports/secrets.ts';
import { type Found, namesIn, readSecretFile, readVariable, writeSecretFile } from './files.ts';
import { type AskProgram, keychainCommand } from './programs.ts';

export type SecretsOptions = {
  /** The folder `secrets` of the home. */
  readonly folder: string;
  /** What the settings say now; a name in them goes before a file of that name. */
  readonly sources: () => ReadonlyMap<string, SecretSource>;
  readonly ask: AskProgram;
  readonly platform: string;
};

/** The secrets of a home. */
export function makeSecretKeeper(options: SecretsOptions): SecretKeeper {
  const { folder, sources } = options;
  const fileOf = (name: string): SecretSource => ({ kind: 'file', path: join(folder, name) });
  return {
    list: async () =>
      [...new Map([...namesIn(folder).map((name) => [name, fileOf(name)] as const), ...sources()])]
        .map(([name, source]) => ({ name, source }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    sourceOf: async (name) => sources().get(name) ?? fileOf(name),
    resolve: async (names) => {
      const known = sources();
      const found = await Promise.all(
        names.map(async (name) => {
          const source = known.get(name) ?? fileOf(name);
          return { name, source, ...(await findOut(options, source)) };
        }),
      );
      const values: Hidden[] = [];
      for (const one of found) {
        if ('why' in one) return { kind: 'missing', ...one };
        values.push({ name: one.name, value: one.value });
      }
      return { kind: 'resolved', values };
    },
    set: async (name, value) => writeSecretFile(folder, name, value),
  };
}

async function findOut({ ask, platform }: SecretsOptions, source: SecretSource): Promise<Found> {
  switch (source.kind) {
    case 'file':
      return readSecretFile(source.path);
    case 'env-file':
      return readVariable(source.path, source.variable);
    case 'command':
      return ask(source.argv);
    case 'keychain': {
      const argv = keychainCommand(platform, source);
      return argv === null ? { why: 'no keychain of this system is known' } : ask(argv);
    }
  }
}
