import type { Hidden, SecretSource } from '../core/secret.ts';

/** What names led to: the values, or the first name that led to none, with the reason in words. */
export type ResolvedSecrets =
  | { readonly kind: 'resolved'; readonly values: readonly Hidden[] }
  | { readonly kind: 'missing'; readonly name: string; readonly why: string };

export type SecretEntry = { readonly name: string; readonly source: SecretSource };

/** The secrets of a home, for who needs their values. */
export type SecretReader = {
  /** Each name with its source, sorted; never a value. @throws Refusal when the settings cannot be read */
  list(): readonly SecretEntry[];
  /**
   * Asks each source now; nothing is remembered, so that a value that was changed counts from the next start on. A command and a
   * keychain get 10 s. Several names at once.
   */
  resolve(names: readonly string[]): Promise<ResolvedSecrets>;
  /**
   * Why a name leads to no value, as far as that can be told without asking a command or a keychain; null when nothing is known
   * against it.
   */
  whyNot(name: string): string | null;
  /**
   * Every value that is known here without asking anybody: those in files, and those that this process has resolved. What cannot be
   * read is left out. Cheap.
   */
  known(): readonly Hidden[];
};

/** Changes the secrets that are kept in files of the home. */
export type SecretKeeper = {
  /** Takes the place of the value before, whole, on the disk when this returns. */
  set(name: string, value: string): void;
  /** @returns false when there is no such file */
  remove(name: string): boolean;
};

/** No secrets at all. */
export const noSecrets: SecretReader = {
  list: () => [],
  resolve: async ([name]) =>
    name === undefined
      ? { kind: 'resolved', values: [] }
      : { kind: 'missing', name, why: 'there are no secrets here' },
  whyNot: () => 'there are no secrets here',
  known: () => [],
};
