import { managedService } from '../core/managed-service.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { ServicePlan } from '../core/service-plan.ts';
import type { StatusAnswer } from './answers.ts';
import { nameOf, readStatus, type ServiceWorld } from './service-world.ts';

/** Between two looks; a look itself takes a part of a second. */
const lookEveryMs = 300;
/** On a busy machine, with a large store that is looked through first. */
const deadlineMs = 120_000;
/** So many looks in a row at a process that cannot stay are no start-up any more. */
const mostCrashes = 5;
const shownLines = 5;
/** Between two starts of a process that fails at once its manager writes about as many lines as the process itself. */
const readLines = 50;

/**
 * Waits until the service was seen to be what it shall be: a process of ours, of which the manager itself says that it is the one.
 *
 * @param since UTC, ISO 8601: a process that began before, or a tick before, is the former one, which may take a while to end
 * @throws Refusal `service_failed` with what the service said, when it is not there in time
 */
export async function waitUntilProven(world: ServiceWorld, since: string): Promise<StatusAnswer> {
  return lookUntil(world, 'is not seen as a proven process of its manager', (status, pid) =>
    world.plan.isTimer ? hasTicked(status, world, since) : isProven(status, world, { pid, since }),
  );
}

/** Waits until the profile's readiness is true, by this service or by one for which it stands by. */
export async function waitUntilReady(world: ServiceWorld): Promise<StatusAnswer> {
  return lookUntil(world, 'does not run the jobs', (status, pid) => isReady(status, world, pid));
}

/**
 * Whether the rule in force lets it own the profile: judged by where its own process stands, because a rule may name its role or its
 * machine as well. Between two ticks of a timer there is no process, so that its readiness tells.
 */
export function mayOwnNow(
  { appointment, instances, readiness }: StatusAnswer,
  { plan }: Pick<ServiceWorld, 'plan'>,
): boolean {
  if (plan.isTimer)
    return (
      readiness.code === 'will_run_by_timer' ||
      isNamed(appointment, plan) ||
      appointment.rule.some((choice) => choice.startsWith('role timer'))
    );
  return instances.some(
    ({ provenance, standing }) =>
      provenance.service === nameOf(plan) && (standing === 'holder' || standing === 'standby'),
  );
}

/** Whether the rule in force names the service itself. */
export function isNamed({ rule }: StatusAnswer['appointment'], plan: ServicePlan): boolean {
  const own = `service ${nameOf(plan)}`;
  return rule.some((choice) => choice === own || choice.startsWith(`${own} level `));
}

/** A rule may name another one before it, and one that it names after it keeps the profile for a while: then it can only stand by. */
function isReady(
  { readiness, holder, instances }: StatusAnswer,
  { plan }: ServiceWorld,
  pid: number | null,
): boolean {
  if (!readiness.willRun) return false;
  if (holder?.provenance.service === nameOf(plan)) return true;
  // Between two ticks no process of it stands by; that it ticks was seen before.
  if (plan.isTimer) return true;
  return (
    holder !== null &&
    instances.some((instance) => instance.pid === pid && instance.standing === 'standby')
  );
}

const isProven = (
  { instances }: StatusAnswer,
  { plan }: ServiceWorld,
  { pid, since }: { readonly pid: number | null; readonly since: string },
) =>
  instances.some(
    (instance) =>
      instance.pid === pid &&
      instance.startedAt >= since &&
      instance.provenance.level === 'proven' &&
      instance.provenance.service === nameOf(plan),
  );

function hasTicked(status: StatusAnswer, { plan }: ServiceWorld, since: string): boolean {
  const name = nameOf(plan);
  const lastTick = status.services.find(({ service }) => service === name)?.lastTick;
  return lastTick !== null && lastTick !== undefined
    ? lastTick.level === 'proven' && lastTick.at >= since
    : false;
}

async function lookUntil(
  world: ServiceWorld,
  lack: string,
  isSo: (status: StatusAnswer, pid: number | null) => boolean,
): Promise<StatusAnswer> {
  const { manager, plan, clock, signal } = world;
  const service = managedService(plan);
  const startedBoot = clock.now().boot;
  let crashes = 0;
  for (;;) {
    stopIfAsked(signal);
    const state = await manager.state(service);
    const status = await readStatus(world.home);
    const pid = state.kind === 'known' ? state.mainPid : null;
    if (isSo(status, pid)) return status;
    const words = state.kind === 'known' ? state.words : state.kind;
    crashes = /auto-restart|failed/.test(words) ? crashes + 1 : 0;
    const isLate = clock.now().boot - startedBoot > deadlineMs;
    if (isLate || crashes >= mostCrashes) throw await unfulfilled(world, lack, words);
    await clock.sleep(lookEveryMs, signal);
  }
}

/** @throws Refusal when the person does not want it any more */
export function stopIfAsked(signal: AbortSignal): void {
  if (signal.aborted)
    throw new Refusal('service_failed', 'It was interrupted.', { kind: 'failed' });
}

async function unfulfilled(world: ServiceWorld, lack: string, words: string): Promise<Refusal> {
  const said = await lastLines(world);
  const tail = said.length === 0 ? '' : ` It said: ${said.join(' | ')}`;
  return new Refusal('service_failed', `${world.plan.unit} ${lack}; it is ${words}.${tail}`, {
    kind: 'failed',
    remedy: advice('Mend what it says, then install it again.'),
    details: { lines: said },
  });
}

/** What the service wrote last. What its manager wrote about it counts only where the service wrote nothing. */
async function lastLines({ manager, plan, signal }: ServiceWorld): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    const options = { lines: readLines, follows: false, signal };
    for await (const line of manager.logs(plan, options)) lines.push(line.slice(0, 300));
  } catch {
    // Who may not read the log does without it: the refusal itself is what counts.
  }
  const own = lines.filter((line) => !/ systemd\[\d+\]: /.test(line));
  return (own.length > 0 ? own : lines).slice(-shownLines);
}
