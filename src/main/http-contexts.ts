import { makeQuietOutlookProbe } from '../adapters/outlook/probe.ts';
import type { HttpDoorOptions } from '../doors/http/server.ts';
import type { OperationContext } from '../operations/operation.ts';
import type { Base } from './base.ts';
import { briefly } from './briefly.ts';
import { contextOf } from './context.ts';

/** A dashboard is asked all the time; it looks at the owner, the machine and its services no more often than this. */
const ownerSeenMs = 500;
const foreignSeenMs = 3_000;
const servicesSeenMs = 4_000;

/**
 * What operations may use that are asked over HTTP: the same for every profile and asker, and nobody's folder. A dashboard starts no
 * process, so what the machine tells to commands only stays unknown in its answers.
 */
export function makeContextFor(base: Base, profile: string): HttpDoorOptions['contextFor'] {
  const own = contextOf(base, profile);
  const { clock, neighbours, services, foreign } = own;
  const shared: OperationContext = {
    ...own,
    cwd: null,
    outlook: makeQuietOutlookProbe(clock),
    neighbours: { ...neighbours, ask: briefly(clock, ownerSeenMs, neighbours.ask) },
    services: { ...services, read: briefly(clock, servicesSeenMs, services.read) },
    foreign: { find: briefly(clock, foreignSeenMs, foreign.find) },
  };
  // Whoever is let in says who they are; until then nobody is taken for a person.
  return (named, actor) => ({
    ...shared,
    profile: named,
    actor,
    maker: { kind: 'agent', name: actor, run: null },
  });
}
