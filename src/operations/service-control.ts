import { toIso } from '../core/instant.ts';
import { managedService } from '../core/managed-service.ts';
import type { ServiceState } from '../core/service-report.ts';
import type { StatusAnswer } from './answers.ts';
import { mayRun } from './service-before.ts';
import { mayOwnNow, waitUntilProven, waitUntilReady } from './service-wait.ts';
import {
  failedAct,
  findOwn,
  notInstalled,
  readStatus,
  refuseHindered,
  type ServiceWorld,
} from './service-world.ts';

/** How it stands after it was asked for something. */
export type Controlled = { readonly state: ServiceState; readonly status: StatusAnswer };

export type ControlVerb = 'start' | 'stop' | 'restart';

const pastTense = { start: 'started', stop: 'stopped', restart: 'restarted' } as const;

/**
 * Starts, stops or restarts what was installed, and waits until it is so: a service that was started is seen to be proven, and to
 * run the jobs where the appointment lets it.
 */
export async function controlService(world: ServiceWorld, verb: ControlVerb): Promise<Controlled> {
  const { plan, manager } = world;
  const service = managedService(plan);
  await refuseHindered(world, verb);
  if ((await findOwn(world, service)) === null) throw notInstalled(world);
  const since = toIso(world.clock.now().wall);
  const before = await manager.state(service);
  const acted = await manager[verb](service);
  if (acted.kind === 'failed')
    throw failedAct(`${plan.unit} could not be ${pastTense[verb]}`, acted.why);
  if (verb !== 'stop') {
    const seen = await waitUntilProven(world, verb === 'start' && mayRun(before) ? '' : since);
    if (mayOwnNow(seen, world)) await waitUntilReady(world);
  }
  return { state: await manager.state(service), status: await readStatus(world.home) };
}

/** How it stands. Needs no rights. */
export async function lookAtService(world: ServiceWorld): Promise<Controlled> {
  const service = managedService(world.plan);
  if ((await findOwn(world, service)) === null) throw notInstalled(world);
  return { state: await world.manager.state(service), status: await readStatus(world.home) };
}
