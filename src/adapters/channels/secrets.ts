import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keys in the `secrets` folder of a home, readable by its user alone. */
export type Secrets = {
  /** The key for this host, else the one for all; null when there is none. */
  find(name: 'webhook' | 'ntfy', host: string): string | null;
  /** The same, made now if there is none. */
  webhookKey(host: string): string;
};

const keyBytes = 32;

export function makeSecrets(home: string): Secrets {
  const folder = join(home, 'secrets');
  const read = (name: string): string | null => {
    try {
      const text = readFileSync(join(folder, name), 'utf8').trim();
      return text === '' ? null : text;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  };
  const find: Secrets['find'] = (name, host) => read(`${name}.${fileName(host)}`) ?? read(name);
  return {
    find,
    webhookKey: (host) => find('webhook', host) ?? makeKey(folder, () => find('webhook', host)),
  };
}

/** Two processes may do it at once: one makes it, both use it. It takes its name whole: an empty one would be in the way for ever. */
function makeKey(folder: string, again: () => string | null): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = `whsec_${randomBytes(keyBytes).toString('base64')}`;
  const draft = join(folder, `.webhook-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(draft, `${key}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(draft, join(folder, 'webhook'));
    return key;
  } catch (error) {
    const theirs = again();
    if (theirs !== null) return theirs;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Hosts are letters, digits, points and colons; nothing else becomes part of a path. */
const fileName = (host: string): string => host.toLowerCase().replace(/[^a-z0-9.-]/g, '_');
