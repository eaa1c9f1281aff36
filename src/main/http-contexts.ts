import type { HttpDoorOptions } from '../doors/http/server.ts';
import type { Base } from './base.ts';
import { contextOf } from './cli-host.ts';

/** What operations may use that are asked over HTTP: the same for every profile and asker, and nobody's folder. */
export function makeContextFor(base: Base, profile: string): HttpDoorOptions['contextFor'] {
  const shared = { ...contextOf(base, profile), cwd: null };
  return (named, actor) => ({ ...shared, profile: named, actor });
}
