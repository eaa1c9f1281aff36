import type { Home } from '../adapters/host/home.ts';
import { makeAskProgram } from '../adapters/secrets/programs.ts';
import { makeSecretReader } from '../adapters/secrets/secrets.ts';
import type { Clock } from '../ports/clock.ts';
import type { SecretReader } from '../ports/secrets.ts';
import { type Config, readConfig } from './config.ts';

type Where = { readonly home: Home; readonly config: Config; readonly clock: Clock };

/** One for each process and home, so that whatever it resolved is hidden in all that it writes. */
const readers = new Map<string, SecretReader>();

/** The secrets of a home. */
export function secretReaderOf({ home, config, clock }: Where): SecretReader {
  const known = readers.get(home.path);
  if (known !== undefined) return known;
  const reader = makeSecretReader({
    folder: home.secrets,
    sources: () => sourcesNow(config),
    ask: makeAskProgram({ own: process.env, clock }),
    platform: process.platform,
  });
  readers.set(home.path, reader);
  return reader;
}

/** As the file says now; while it cannot be read, as it said when this process began. */
function sourcesNow(config: Config): Config['secrets'] {
  try {
    return readConfig(config.path).secrets;
  } catch {
    return config.secrets;
  }
}
