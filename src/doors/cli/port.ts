import { advice, Refusal } from '../../core/refusal.ts';
import type { Fields } from './spec.ts';

const highest = 65_535;

/** The port that was typed; null when none was. 0 means any that is free. @throws Refusal `usage` for what is no port */
export function portOf(own: Fields): number | null {
  const port = own['port'];
  if (port === undefined) return null;
  if (typeof port === 'number' && port >= 0 && port <= highest) return port;
  throw new Refusal('usage', `--port: "${String(port)}" is no port.`, {
    kind: 'usage',
    remedy: advice(`Name a whole number from 1 to ${highest}, or 0 for any that is free.`),
  });
}
