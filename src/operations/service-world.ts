import { z } from 'zod';
import { serviceText } from '../core/eligibility.ts';
import { managedService } from '../core/managed-service.ts';
import { advice, command, profileOption, Refusal, type Remedy } from '../core/refusal.ts';
import { isMarkedFor } from '../core/service-marks.ts';
import type { ServicePlan } from '../core/service-plan.ts';
import { parseRecord, type ServiceRecord } from '../core/service-record.ts';
import { ownOptions } from '../core/service-words.ts';
import { crontabLine, shellLine } from '../core/shell-word.ts';
import type { Clock } from '../ports/clock.ts';
import type { FoundService, HomeDoor, ManagedService, ServiceManager } from '../ports/services.ts';
import { type StatusAnswer, statusSchema } from './answers.ts';
import { isProfileName } from './profile-check.ts';

/** What the verbs about services may use: a manager, and the home that is served, which may be another user's. */
export type ServiceWorld = {
  readonly plan: ServicePlan;
  readonly manager: ServiceManager;
  readonly home: HomeDoor;
  readonly clock: Clock;
  readonly version: string;
  /** Absolute path of the program that a person types. */
  readonly launcher: string;
  /** Aborts when the person wants it to stop. */
  readonly signal: AbortSignal;
  /** What the person is told on the way. */
  tell(line: string): Promise<void>;
};

/** What is to be known of a home before a service of it is touched. */
export type HomeFacts = {
  readonly status: StatusAnswer;
  /** Of this profile. */
  readonly records: readonly ServiceRecord[];
  /** Of the other profiles of the home. */
  readonly others: readonly ServiceRecord[];
};

const recordsSchema = z.object({ records: z.array(z.unknown()) });

/** @throws Refusal as the home itself refuses: foreign, read-only, unknown profile */
export async function readHome(home: HomeDoor): Promise<HomeFacts> {
  const status = await readStatus(home);
  // The answer came from a process of that user, and the name becomes part of paths that root writes.
  if (!isProfileName(status.profile))
    throw new Refusal('name_invalid', 'The home named a profile that cannot be one.');
  const { records } = recordsSchema.parse(await home.ask(['service', 'record', 'list']));
  const all = records.flatMap((record) => parseRecord(JSON.stringify(record)) ?? []);
  const isOwn = ({ profile }: ServiceRecord): boolean => profile === status.profile;
  return { status, records: all.filter(isOwn), others: all.filter((record) => !isOwn(record)) };
}

export const readStatus = async (home: HomeDoor): Promise<StatusAnswer> =>
  statusSchema.parse(await home.ask(['status']));

export const putRecord = async (home: HomeDoor, record: ServiceRecord): Promise<void> => {
  await home.ask(['service', 'record', 'put'], { input: JSON.stringify(record) });
};

export const removeRecord = async (home: HomeDoor, plan: ServicePlan): Promise<void> => {
  await home.ask(['service', 'record', 'remove', nameOf(plan)]);
};

export const nameOf = ({ manager, unit }: ServicePlan): string => serviceText({ manager, unit });

/** The words of a rule as `owner appoint` takes them. */
export async function appoint(
  home: HomeDoor,
  [rule = 'auto', ...standbys]: readonly string[],
  reason: string,
): Promise<void> {
  const then = standbys.flatMap((standby) => ['--then', standby]);
  await home.ask(['owner', 'appoint', rule, ...then, '--reason', reason]);
}

/**
 * @param more options that were typed and that the plan does not hold
 * @throws Refusal when this process may not change services of that manager
 */
export async function refuseHindered(
  world: ServiceWorld,
  verb: string,
  more: readonly string[] = [],
): Promise<void> {
  const { manager, plan } = world;
  const hindrance = await manager.hindrance();
  if (hindrance === null) return;
  const { kind, message } = hindrance;
  const details = { manager: plan.manager };
  if (kind === 'rights')
    throw new Refusal('not_permitted', message, {
      remedy: command(asRoot(world, verb, more)),
      details,
    });
  if (kind === 'silent') {
    const remedy =
      verb === 'install'
        ? command(asRoot(world, verb, more))
        : advice('Log in as that user, so that its manager runs, and type it again.');
    throw new Refusal('service_manager_silent', message, { remedy, details });
  }
  throw new Refusal('service_manager_absent', message, { remedy: withoutManager(plan), details });
}

/** The same for the whole machine, as root: absolute, because `sudo` looks in other folders. */
function asRoot({ plan, launcher }: ServiceWorld, verb: string, more: readonly string[]): string {
  const { role, profile, home, user, userFolder } = plan;
  const isUsualHome = home === `${userFolder}/.cronkeeper`;
  const words = ['sudo', launcher, 'service', verb, role, '--system', '-p', profile];
  const homed = isUsualHome ? [] : ['--home', home];
  // One that is there says itself whose it is.
  const wished = verb === 'install' ? ['--run-as', user, ...ownOptions(plan), ...more] : [];
  return shellLine([...words, ...homed, ...wished]);
}

/** A machine without a service manager of ours may still have cron. */
export function withoutManager(plan: ServicePlan): Remedy {
  const [node = '', bundle = ''] = plan.program;
  const { profile, home, user } = plan;
  const tick = [node, bundle, 'tick', '-p', profile, '--home', home];
  const line = crontabLine('* * * * *', tick);
  const runner = shellLine(['cronkeeper', 'runner', '-p', profile, '--home', home]);
  const byHand = `Keep it running yourself: ${runner}`;
  if (line === null) return advice(byHand);
  return advice(
    [
      `With cron, as user ${user}, type crontab -e and add this line:`,
      '',
      `  ${line}`,
      '',
      byHand,
    ].join('\n'),
  );
}

/**
 * What is there under the name of the service; null when nothing is.
 *
 * @throws Refusal `service_foreign` when it is somebody else's, or serves another home
 */
export async function findOwn(
  { manager, plan }: ServiceWorld,
  service: ManagedService = managedService(plan),
): Promise<Extract<FoundService, { kind: 'ours' }> | null> {
  const found = await manager.find(service);
  if (found.kind === 'absent') return null;
  if (found.kind === 'ours' && isMarkedFor(found.marks, plan)) return found;
  const what =
    found.kind === 'foreign'
      ? found.what
      : `it is the ${found.marks.role} of profile "${found.marks.profile}" in ${found.marks.home}, of user ${found.marks.user}`;
  throw new Refusal('service_foreign', `${plan.unit} is not ours to change: ${what}.`, {
    remedy: advice(
      'Nothing was changed. Remove or rename that one, or use another profile name or another service manager (--user, --system).',
    ),
    details: { unit: plan.unit },
  });
}

/** @throws Refusal `service_unknown` */
export function notInstalled({ plan }: Pick<ServiceWorld, 'plan'>): Refusal {
  const { role, profile } = plan;
  return new Refusal(
    'service_unknown',
    `No service is installed as ${role} of profile "${profile}".`,
    { remedy: command(`cronkeeper service install ${role}${profileOption(profile)}`) },
  );
}

/** Something that the manager did not do. */
export const failedAct = (what: string, why: string): Refusal =>
  new Refusal('service_failed', `${what}: ${why}.`, {
    kind: 'failed',
    remedy: advice('Look at the log of the service manager, then try again.'),
  });
