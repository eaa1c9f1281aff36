import { managedService } from '../core/managed-service.ts';
import { Refusal } from '../core/refusal.ts';
import type { ServiceRecord } from '../core/service-record.ts';
import type { Acted } from '../ports/services.ts';
import { stopIfAsked } from './service-wait.ts';
import {
  appoint,
  failedAct,
  findOwn,
  type HomeFacts,
  nameOf,
  notInstalled,
  putRecord,
  refuseHindered,
  removeRecord,
  type ServiceWorld,
} from './service-world.ts';

export type Uninstalled = {
  /** The rule that is in force again; null when the appointment was left alone. */
  readonly restored: readonly string[] | null;
  /** What could not be put back. */
  readonly left: readonly string[];
};

/**
 * Takes a service away: its process, its files, and what its installation changed beside them. The record goes last, so that what
 * was interrupted can be done again.
 *
 * @param home null when the home cannot be read any more; then the service goes, and the appointment stays
 * @throws Refusal `service_unknown` when nothing was installed
 */
export async function uninstallService(
  world: ServiceWorld,
  home: HomeFacts | null,
): Promise<Uninstalled> {
  const { plan, manager } = world;
  const service = managedService(plan);
  await refuseHindered(world, 'uninstall');
  const record = home?.records.find(
    ({ manager: name, unit }) => name === plan.manager && unit === plan.unit,
  );
  const found = await findOwn(world, service);
  if (found === null && record === undefined) throw notInstalled(world);
  stopIfAsked(world.signal);
  await world.tell(`Removing ${nameOf(plan)}: home ${plan.home}, profile "${plan.profile}".`);
  if (found !== null) {
    const { unit } = plan;
    refuseFailed(`${unit} could not be stopped`, await manager.stop(service));
    refuseFailed(`${unit} could not be disabled`, await manager.disable(service));
  }
  // What was killed in between may have left a draft or an empty folder, so this is done in any case.
  const folders = record?.madeFolders ?? [];
  refuseFailed(`${plan.unit} could not be removed`, await manager.remove(service, folders));
  const left = await stopLingering(world, record, home);
  const restored = await restoreRule(world, record, home);
  if (record !== undefined) await removeRecord(world.home, plan);
  return { restored, left };
}

function refuseFailed(what: string, acted: Acted): void {
  if (acted.kind === 'failed') throw failedAct(what, acted.why);
}

/**
 * Another service of this user, of whichever profile, may need what the first one turned on. It is handed on to one that stays, so that
 * the last one that goes turns it off.
 */
async function stopLingering(
  { manager, plan, home: door }: ServiceWorld,
  record: ServiceRecord | undefined,
  home: HomeFacts | null,
): Promise<readonly string[]> {
  if (record?.enabledLinger !== true || home === null || (await manager.lingers()) === null)
    return [];
  const [heir] = [...home.records, ...home.others].filter(
    ({ manager: name, unit }) => name === plan.manager && unit !== plan.unit,
  );
  if (heir !== undefined) {
    await putRecord(door, { ...heir, enabledLinger: true });
    return [];
  }
  const acted = await manager.linger(false);
  return acted.kind === 'done' ? [] : [`lingering is still on: ${acted.why}`];
}

/** Only a rule that is still the one that the installation made. Who appointed since meant something by it. */
async function restoreRule(
  { home: door, plan }: ServiceWorld,
  record: ServiceRecord | undefined,
  home: HomeFacts | null,
): Promise<readonly string[] | null> {
  const replaced = record?.replaced ?? null;
  if (replaced === null || home === null) return null;
  const { rule } = home.status.appointment;
  if (rule.length !== 1 || rule[0] !== `service ${nameOf(plan)}`) return null;
  await appoint(door, replaced, 'service uninstall');
  return replaced;
}

/** Whether a home is so broken that a service of it can still be removed without asking it. */
export const isBrokenHome = (error: unknown): boolean =>
  error instanceof Refusal && /^(store_|home_|profile_unknown|service_failed)/.test(error.code);
