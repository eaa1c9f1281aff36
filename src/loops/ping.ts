import { heartbeatUrl, pingUrl } from '../core/target.ts';
import type { Letter } from '../ports/channels.ts';
import { mayAct } from './hold.ts';
import type { Active, InstanceState } from './state.ts';
import { undertake } from './state.ts';

/** Jobs that are late by more than this are not served: then the monitor shall alarm. */
const lateMs = 30_000;
const lookAgainMs = 1_000;

/**
 * Tells the monitor of the profile that its jobs are really run. Called after a tick that succeeded. Silence is the alarm, so it is sent
 * only by a holder that trusts its lease, knows every run, can begin one, and has nothing overdue; it is not tried again.
 */
export function sendHeartbeat(state: InstanceState): void {
  const { term, world, heartbeat, hindrance } = state;
  const wanted = world.settings.outbox.heartbeat;
  if (wanted === null || term === null || !mayServe(state)) return;
  const { boot, wall } = world.clock.now();
  if (heartbeat.isUnderWay || boot < heartbeat.nextBoot) return;
  if (hindrance.trouble !== null || wall - (term.nextFireAt ?? wall) > lateMs) return;
  heartbeat.nextBoot = boot + wanted.everyMs;
  heartbeat.isUnderWay = true;
  const url = heartbeatUrl(wanted.url, world.self.profile);
  const sent = tellMonitor(state, url, `heartbeat.${world.ids.next()}`).finally(() => {
    heartbeat.isUnderWay = false;
  });
  undertake(state, 'heartbeat', sent);
}

function mayServe(state: InstanceState): boolean {
  const { term } = state;
  return term?.isAccounted === true && term.drain === null && mayAct(state, term);
}

/** When the next one is due, in milliseconds; infinite when none is wanted. One that is due and may not be sent is looked at again. */
export function heartbeatInMs({ world, heartbeat }: InstanceState): number {
  if (world.settings.outbox.heartbeat === null) return Number.POSITIVE_INFINITY;
  const dueInMs = heartbeat.nextBoot - world.clock.now().boot;
  return dueInMs > 0 ? dueInMs : lookAgainMs;
}

/** Tells the monitor of a job that a run of it began. Late it would lie, so it is tried once. */
export function pingStart(state: InstanceState, { key, ping }: Active): void {
  const url = ping === undefined ? null : pingUrl(ping, 'start', key.runId);
  if (url !== null) undertake(state, 'ping', tellMonitor(state, url, `${key.runId}.start`));
}

async function tellMonitor(state: InstanceState, url: string, id: string): Promise<void> {
  const { channels, clock, self, log } = state.world;
  const letter: Letter = {
    id,
    kind: 'ping',
    event: 'succeeded',
    createdAt: clock.now().wall,
    profile: self.profile,
    job: null,
    run: null,
    title: 'ping',
    text: '',
    isCut: false,
  };
  const answer = await channels.send({ kind: 'ping', url }, letter, state.stopped.signal);
  if (answer.kind !== 'accepted') log.warn('ping-failed', { cause: answer.cause });
}
