import type { Appointment } from '../core/appointment.ts';
import type { ElectionStep } from '../core/election.ts';
import { decideElection, rankOfHolder } from '../core/election.ts';
import { judgeEligibility } from '../core/eligibility.ts';
import type { Instant, Moment } from '../core/instant.ts';
import type { Lease } from '../core/lease.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import type { Claim } from '../ports/store.ts';
import type { InstanceState, Term } from './state.ts';

const starterPatienceMs = 1_000;
const killPatienceMs = 5_000;

/** A step such as ending a silent holder is followed by another look at once; more than these are left to the next tick. */
const looksAtOnce = 4;

/** An instance that does not hold the lease looks at it and takes the next step. */
export async function standForElection(state: InstanceState): Promise<void> {
  for (let look = 0; look < looksAtOnce; look += 1) {
    if (!(await lookAndStep(state))) return;
  }
}

/** Answers whether another look is worth it now. */
async function lookAndStep(state: InstanceState): Promise<boolean> {
  const { store, self } = state.world;
  const asked = state.world.clock.now();
  const appointment = await store.appointments.current(self.profile);
  const lease = await store.leases.read(self.profile);
  observe(state, lease, appointment);
  const step = decideElection({
    instanceId: self.id,
    me: { role: self.role, schedules: self.schedules, provenance: state.provenance },
    appointment,
    lease,
    holderLife: lease.holder === null ? null : state.world.processes.life(lease.holder.process),
    starterLife: starterLife(state, lease),
    unchangedForMs: state.seen?.unchangedMs ?? 0,
    outranksForMs: state.outranksMs,
    sincePreemptionMs: await sincePreemption(state, asked),
    preferredAlive: await isPreferredAlive(state, lease),
  });
  return takeStep(state, step, { asked, appointment, lease });
}

type Look = { readonly asked: Moment; readonly appointment: Appointment; readonly lease: Lease };

/** Keeps count of how long the lease has looked the same, and keeps a line open to the holder. */
function observe(state: InstanceState, lease: Lease, appointment: Appointment): void {
  const { seen } = state;
  if (seen === null || seen.epoch !== lease.epoch || seen.renewals !== lease.renewals)
    state.seen = { epoch: lease.epoch, renewals: lease.renewals, unchangedMs: 0 };
  const { self, neighbours, processes } = state.world;
  const mine = judgeEligibility(appointment, { ...self, provenance: state.provenance });
  if (
    mine.kind !== 'eligible' ||
    lease.holder === null ||
    mine.rank <= rankOfHolder(appointment, lease)
  )
    state.outranksMs = 0;
  const watched = state.holderWatch;
  const holderId = lease.holder?.instanceId ?? null;
  if (watched?.instanceId === holderId) return;
  watched?.watch.close();
  state.holderWatch = null;
  if (lease.holder === null || processes.life(lease.holder.process) !== 'alive') return;
  const watch = neighbours.watch(lease.holder.socket, () => state.wake.wake());
  state.holderWatch = { instanceId: lease.holder.instanceId, watch };
}

const starterLife = (
  state: InstanceState,
  lease: Lease,
): 'alive' | 'dead' | 'unknowable' | null => {
  const starter = lease.holder?.starter ?? null;
  return starter === null ? null : state.world.processes.life(starter);
};

async function sincePreemption(state: InstanceState, now: Moment): Promise<number | null> {
  const [newest] = await state.world.store.audit.list(state.world.self.profile, {
    kinds: ['owner.preempt'],
    limit: 1,
  });
  return newest === undefined ? null : Math.max(0, now.wall - newest.at);
}

async function isPreferredAlive(state: InstanceState, lease: Lease): Promise<boolean> {
  if (lease.preferredId === null || lease.holder !== null) return false;
  const instances = await state.world.store.instances.list(state.world.self.profile);
  const preferred = instances.find(({ id }) => id === lease.preferredId);
  return preferred !== undefined && state.world.processes.life(preferred.process) === 'alive';
}

async function takeStep(state: InstanceState, step: ElectionStep, look: Look): Promise<boolean> {
  const { processes, store, self, log, clock } = state.world;
  state.standing = step.kind === 'keep-out' ? step.standing : 'standby';
  state.standingCode = step.kind === 'keep-out' ? step.code : null;
  state.standingReason =
    step.kind === 'keep-out' ? step.message : 'Another instance owns the profile.';
  const { holder } = look.lease;
  switch (step.kind) {
    case 'keep-out':
    case 'stand-by':
      return false;
    case 'prefer':
      await store.leases.prefer(self.profile, look.lease.epoch, self.id);
      if (holder !== null) await state.world.neighbours.poke(holder.socket);
      return false;
    case 'end-starter':
      await seeStarterEnded(state, look.lease);
      return true;
    case 'end-holder':
      if (holder !== null) {
        log.warn('ending-silent-holder', {
          pid: holder.process.pid,
          silentMs: state.seen?.unchangedMs,
        });
        await processes.kill(holder.process, killPatienceMs);
      }
      return true;
    case 'claim':
      if (clock.now().boot < state.stepAsideUntilBoot) return false;
      return claim(state, step.grounds, look);
  }
}

/** A starter ends by itself when its owner's connection closes; one that does not is ended. */
async function seeStarterEnded(state: InstanceState, lease: Lease): Promise<void> {
  const starter = lease.holder?.starter ?? null;
  if (starter === null) return;
  const { clock, processes } = state.world;
  const since = clock.now().boot;
  while (processes.life(starter) === 'alive' && clock.now().boot - since < starterPatienceMs) {
    await clock.sleep(5);
  }
  if (processes.life(starter) === 'alive') await processes.kill(starter, killPatienceMs);
}

/** Answers whether somebody was quicker, so that another look is worth it. */
async function claim(
  state: InstanceState,
  grounds: 'free' | 'ended' | 'expired',
  look: Look,
): Promise<boolean> {
  const { store, self, executor, log } = state.world;
  const starter = await executor.open();
  const asked = state.world.clock.now();
  const claimed = await store.leases.claim(
    claimOf(state, { grounds, look, starter, at: asked.wall }),
  );
  if (claimed.kind !== 'claimed') return true;
  state.holderWatch?.watch.close();
  state.holderWatch = null;
  const term: Term = {
    held: {
      fence: { profile: self.profile, epoch: claimed.lease.epoch, instanceId: self.id },
      asked,
      ttlMs: claimed.lease.ttlMs,
    },
    since: asked.wall,
    appointment: look.appointment,
    endRunsUpTo: claimed.lease.endRunsUpTo,
    waiting: new Map(),
    active: new Map(),
    isAccounted: false,
    mustAskAgain: false,
    drain: null,
    changeToken: null,
    nextFireAt: null,
    wakeAt: null,
  };
  state.term = term;
  state.standing = 'holder';
  state.standingCode = null;
  state.standingReason = null;
  log.info('holding', { epoch: claimed.lease.epoch, grounds });
  state.wake.wake();
  return false;
}

function claimOf(
  state: InstanceState,
  by: {
    readonly grounds: Claim['grounds'];
    readonly look: Look;
    readonly starter: ProcessIdentity;
    readonly at: Instant;
  },
): Claim {
  const { self, settings, processes, reception } = state.world;
  const { lease, appointment } = by.look;
  const process = processes.self();
  return {
    profile: self.profile,
    holder: {
      instanceId: self.id,
      role: self.role,
      host: self.host,
      process,
      provenance: state.provenance,
      socket: reception.path,
      starter: by.starter,
      since: by.at,
    },
    ttlMs: settings.ttlMs,
    seen: { epoch: lease.epoch, renewals: lease.renewals },
    appointmentVersion: appointment.version,
    grounds: by.grounds,
    entry: {
      profile: self.profile,
      at: by.at,
      actor: `instance:${self.id}`,
      kind: lease.preferredId === self.id ? 'owner.preempt' : 'owner.claim',
      subject: self.id,
      detail: {
        grounds: by.grounds,
        role: self.role,
        host: self.host,
        pid: process.pid,
        level: state.provenance.level,
        service: state.provenance.service,
        appointmentVersion: appointment.version,
        predecessor: lease.holder?.instanceId ?? null,
      },
    },
  };
}
