import { type Instant, toIso } from '../core/instant.ts';
import { managedService } from '../core/managed-service.ts';
import { advice, profileOption, Refusal } from '../core/refusal.ts';
import { refuseUnfit } from '../core/service-fitness.ts';
import type { ServicePlan } from '../core/service-plan.ts';
import type { ServiceRecord } from '../core/service-record.ts';
import type { Acted, ManagedService, ServiceFile } from '../ports/services.ts';
import type { StatusAnswer } from './answers.ts';
import { type Before, lookBefore, refuseSecond, tellOfEdits } from './service-before.ts';
import {
  isNamed,
  mayOwnNow,
  stopIfAsked,
  waitUntilProven,
  waitUntilReady,
} from './service-wait.ts';
import {
  appoint,
  failedAct,
  findOwn,
  type HomeFacts,
  nameOf,
  putRecord,
  refuseHindered,
  removeRecord,
  type ServiceWorld,
} from './service-world.ts';
import { Undo } from './undo.ts';

export type InstallWish = {
  /** Appoint it although a person appointed another. */
  readonly appoints: boolean;
  readonly reason: string | null;
  /** SHA-256 of a text, in hexadecimal. */
  hash(text: string): string;
  /** When a file of the program was last replaced or changed; null where that cannot be seen. */
  readonly programChangedAt: Instant | null;
};

export type Installed = {
  /** False when it was there already, just so. */
  readonly changed: boolean;
  readonly status: StatusAnswer;
  /** Whether the rule in force lets it own the profile. */
  readonly isAppointed: boolean;
  /** Whether it runs while nobody is logged in; null where that is no question. */
  readonly lingers: boolean | null;
};

const defaultReason = 'service install';

/** What was typed beside what is to be installed. */
export const wishWords = ({
  appoints,
  reason,
}: Pick<InstallWish, 'appoints' | 'reason'>): readonly string[] => [
  ...(appoints ? ['--appoint'] : []),
  ...(reason === null ? [] : ['--reason', reason]),
];

/**
 * Installs a service and answers when it is seen to run the jobs. Every step is taken back when a later one fails, or when the
 * person interrupts it; after a SIGKILL in between, installing again completes it and uninstalling takes it away.
 *
 * The record is written before what it tells of, so that nothing is ever installed that nobody knows of.
 *
 * @throws Refusal when it cannot be; then everything is as it was, or the message says what is not
 */
export async function installService(
  world: ServiceWorld,
  home: HomeFacts,
  wish: InstallWish,
): Promise<Installed> {
  const { plan } = world;
  const service = managedService(plan);
  refuseUnfit(plan);
  await refuseHindered(world, 'install', wishWords(wish));
  refuseSecond(world, home);
  const found = await findOwn(world, service);
  const { enabled, paused } = home.status.jobs;
  const jobs = enabled + paused === 1 ? '1 job' : `${enabled + paused} jobs`;
  await world.tell(
    `Installing ${nameOf(plan)}: home ${plan.home}, profile "${plan.profile}", ${jobs}, as user ${plan.user}.`,
  );
  if (plan.schedules) await world.tell(`PATH of its jobs: ${plan.path}`);
  await tellOfEdits(world, home, found?.files ?? [], wish.hash);
  const undo = new Undo();
  try {
    return await install({ world, service, home, wish, undo, found: found?.files ?? [] });
  } catch (error) {
    const left = await undo.run();
    throw left.length === 0 ? error : halfUndone(error, left, plan);
  }
}

type Installation = {
  readonly world: ServiceWorld;
  readonly service: ManagedService;
  readonly home: HomeFacts;
  readonly wish: InstallWish;
  readonly undo: Undo;
  readonly found: readonly ServiceFile[];
};

async function install(about: Installation): Promise<Installed> {
  const { world, service, found, home, wish } = about;
  const { programChangedAt } = wish;
  const before = await lookBefore(world, { service, found, home, programChangedAt });
  const since = toIso(world.clock.now().wall);
  const first = await keepRecord(about);
  if (!before.isSame) await putFiles(about, first, before);
  const { lingers, record } = await linger(about, first);
  await begin(about, before);
  const seen = await waitUntilProven(world, before.isFollowed ? since : '');
  const isAppointed = await appointIt(about, seen, record);
  const status = isAppointed ? await waitUntilReady(world) : seen;
  return { changed: before.begins !== null, status, isAppointed, lingers };
}

/** An earlier record of the same service keeps what was there before the first installation. */
async function keepRecord({ world, home, service, undo, wish }: Installation) {
  const { plan, manager, version, clock } = world;
  const earlier = home.records.find(
    (record) => record.manager === plan.manager && record.unit === plan.unit,
  );
  const record: ServiceRecord = {
    manager: plan.manager,
    unit: plan.unit,
    role: plan.role,
    profile: plan.profile,
    isTimer: plan.isTimer,
    file: service.files[0]?.path ?? '',
    sha256: wish.hash(service.files[0]?.text ?? ''),
    program: plan.program,
    version,
    installedAt: toIso(clock.now().wall),
    user: plan.user,
    replaced: earlier?.replaced ?? null,
    madeFolders: earlier?.madeFolders ?? manager.missingFolders(service),
    enabledLinger: earlier?.enabledLinger ?? false,
  };
  undo.push('the record of it', () =>
    earlier === undefined ? removeRecord(world.home, plan) : putRecord(world.home, earlier),
  );
  await putRecord(world.home, record);
  return record;
}

async function putFiles(
  { world, service, found, undo }: Installation,
  record: ServiceRecord,
  before: Before,
): Promise<void> {
  const { manager, plan } = world;
  stopIfAsked(world.signal);
  // Taken back last, when the former files are in their places again.
  if (before.isActive)
    undo.push('that it runs as before', () => must(plan, 'restarted', manager.restart(service)));
  undo.push('its files', async () => {
    const acted =
      found.length === 0
        ? await manager.remove(service, record.madeFolders)
        : await manager.write({ ...service, files: found });
    if (acted.kind === 'failed') throw new Error(acted.why);
  });
  const written = await manager.write(service);
  if (written.kind === 'failed') throw failedAct(`${plan.unit} could not be written`, written.why);
  const state = await manager.state({ unit: plan.unit, main: plan.unit });
  if (state.kind === 'known' && state.file === record.file) return;
  const goesBy = state.kind === 'known' ? (state.file ?? 'none') : state.kind;
  throw failedAct(`${record.file} was written, but its manager goes by another file`, goesBy);
}

type Lingering = { readonly lingers: boolean | null; readonly record: ServiceRecord };

/** Without lingering a user's services end with the last session. Who may not turn it on is told so; the service is installed. */
async function linger({ world, undo }: Installation, record: ServiceRecord): Promise<Lingering> {
  const { manager, home } = world;
  const lingers = await manager.lingers();
  if (lingers !== false) return { lingers, record };
  const turnedOn = { ...record, enabledLinger: true };
  await putRecord(home, turnedOn);
  const acted = await manager.linger(true);
  if (acted.kind === 'failed') {
    await putRecord(home, record);
    return { lingers, record };
  }
  undo.push('lingering', async () => {
    const back = await manager.linger(false);
    if (back.kind === 'failed') throw new Error(back.why);
  });
  return { lingers: true, record: turnedOn };
}

/** Enables it, and starts it, or starts it anew when what it goes by has changed. */
async function begin({ world, service, undo }: Installation, before: Before): Promise<void> {
  const { manager, plan } = world;
  stopIfAsked(world.signal);
  if (!before.isEnabled) {
    undo.push('that it starts at boot', () => must(plan, 'disabled', manager.disable(service)));
    await must(plan, 'enabled', manager.enable(service));
  }
  if (before.begins === null) return;
  if (!before.isActive)
    undo.push('that it runs', () => must(plan, 'stopped', manager.stop(service)));
  await must(plan, `${before.begins}ed`, manager[before.begins](service));
}

async function must({ unit }: ServicePlan, done: string, act: Promise<Acted>): Promise<void> {
  const acted = await act;
  if (acted.kind === 'failed') throw failedAct(`${unit} could not be ${done}`, acted.why);
}

/**
 * Who was installed is appointed where nobody was, or where the person asks for it; a rule that a person made is left alone. One that
 * only asks is never appointed.
 *
 * @returns whether the rule in force lets it own the profile
 */
async function appointIt(
  { world, wish, undo }: Installation,
  status: StatusAnswer,
  record: ServiceRecord,
): Promise<boolean> {
  const { plan, home } = world;
  if (!plan.schedules) return false;
  const { appointment } = status;
  if (isNamed(appointment, plan)) return true;
  if (appointment.kind !== 'auto' && !wish.appoints) return mayOwnNow(status, world);
  const { rule } = appointment;
  stopIfAsked(world.signal);
  await putRecord(home, { ...record, replaced: rule });
  undo.push('the appointment', () => appoint(home, rule, 'service install was undone'));
  await appoint(home, [`service ${nameOf(plan)}`], wish.reason ?? defaultReason);
  return true;
}

function halfUndone(
  cause: unknown,
  left: readonly string[],
  { role, profile }: ServicePlan,
): Refusal {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Refusal('service_failed', `${message} It was undone, except: ${left.join('; ')}.`, {
    kind: 'failed',
    remedy: advice(
      `Take the rest away with: cronkeeper service uninstall ${role}${profileOption(profile)}`,
    ),
    details: { left },
    cause,
  });
}
