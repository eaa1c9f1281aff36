import { join } from 'node:path';
import type { SecretSource } from '../../core/secret.ts';
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
    list: () =>
      [...new Map([...namesIn(folder).map((name) => [name, fileOf(name)] as const), ...sources()])]
        .map(([name, source]) => ({ name, source }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    resolve: async (names) => {
      const known = sources();
      const found = await Promise.all(
        names.map((name) => findOut(options, known.get(name) ?? fileOf(name))),
      );
      const values: { name: string; value: string }[] = [];
      for (const [index, name] of names.entries()) {
        const one = found[index] ?? { why: 'nobody was asked' };
        if ('why' in one) return { kind: 'missing', name, why: one.why };
        values.push({ name, value: one.value });
      }
      return { kind: 'resolved', values };
    },
    set: (name, value) => writeSecretFile(folder, name, value),
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
