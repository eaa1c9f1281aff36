import { makeQuietOutlookProbe } from '../adapters/outlook/probe.ts';
import type { HttpDoorOptions } from '../doors/http/server.ts';
import type { Base } from './base.ts';
import { contextOf } from './cli-host.ts';

/**
 * What operations may use that are asked over HTTP: the same for every profile and asker, and nobody's folder. A dashboard starts no
 * process, so what the machine tells to commands only stays unknown in its answers.
 */
export function makeContextFor(base: Base, profile: string): HttpDoorOptions['contextFor'] {
  const outlook = makeQuietOutlookProbe(base.clock);
  const shared = { ...contextOf(base, profile), cwd: null, outlook };
  return (named, actor) => ({ ...shared, profile: named, actor });
}
