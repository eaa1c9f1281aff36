import type { Hidden, MissingSecret, SecretSource } from '../core/secret.ts';

/** What names led to: the values, or the first name that led to none, with the reason in words. */
export type ResolvedSecrets =
  | { readonly kind: 'resolved'; readonly values: readonly Hidden[] }
  | ({ readonly kind: 'missing' } & MissingSecret);

/** The secrets of a home. */
export type SecretKeeper = {
  /** Each name with its source, sorted; never a value. @throws Refusal when the settings cannot be read */
  list(): Promise<readonly { readonly name: string; readonly source: SecretSource }[]>;
  /** Where it is kept, or would be. */
  sourceOf(name: string): Promise<SecretSource>;
  /**
   * Asks each source now; nothing is remembered, so that a value that was changed counts from the next start on. A command and a
   * keychain get 10 s. Several names at once. No `why` contains a value.
   */
  resolve(names: readonly string[]): Promise<ResolvedSecrets>;
  /** Keeps a value in a file of the home, in the place of the one before; whole and on the disk when this returns. */
  set(name: string, value: string): Promise<void>;
};
