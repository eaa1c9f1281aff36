import type { Appointment } from '../core/appointment.ts';
import type { ElectionStep } from '../core/election.ts';
import { decideElection, rankOfHolder } from '../core/election.ts';
import { judgeEligibility } from '../core/eligibility.ts';
import type { Instant, Moment } from '../core/instant.ts';
import type { Holder, Lease } from '../core/lease.ts';
import { renewEveryMs } from '../core/lease-trust.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import type { Claim } from '../ports/store.ts';
import { endSilentHolder, seeEnded } from './predecessor.ts';
import type { SeenLease } from './seen-lease.ts';
import type { InstanceState, Term } from './state.ts';

/** A step such as ending a silent holder is followed by another look at once; more than these are left to the next tick. */
const looksAtOnce = 4;

/** How long the writing of a renewal may take until a look can see it. */
const renewalMs = 200;
/** A released lease may be left to another for a moment, and one whose holder is about to be seen dead is looked at soon. */
const soonMs = 1_000;
const firstLookMs = 50;
/** How long a line to the holder that broke is not tried again. */
const watchAgainMs = 10_000;

/** An instance that does not hold the lease looks at it and takes the next step. */
export async function standForElection(state: InstanceState): Promise<void> {
  state.lookAgainMs = Number.POSITIVE_INFINITY;
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
  const seen = observe(state, lease, appointment);
  const step = decideElection({
    instanceId: self.id,
    me: { role: self.role, schedules: self.schedules, provenance: state.provenance },
    appointment,
    lease,
    holderLife: lease.holder === null ? null : state.world.processes.life(lease.holder.process),
    starterLife: starterLife(state, lease),
    unchangedForMs: seen.unchangedMs,
    outranksForMs: state.outranksMs,
    sincePreemptionMs: await sincePreemption(state, asked),
    preferredAlive: await isPreferredAlive(state, lease),
  });
  return takeStep(state, step, { asked, appointment, lease, seen });
}

type Look = {
  readonly asked: Moment;
  readonly appointment: Appointment;
  readonly lease: Lease;
  readonly seen: SeenLease;
};

/** Keeps count of how long the lease has looked the same, and keeps a line open to the holder. */
function observe(state: InstanceState, lease: Lease, appointment: Appointment): SeenLease {
  const before = state.seen;
  const { epoch, renewals } = lease;
  const holderId = lease.holder?.instanceId ?? null;
  const isSame =
    before?.epoch === epoch && before.renewals === renewals && before.holderId === holderId;
  const anew = { unchangedMs: 0, couldWrite: false, hasChanged: before !== null };
  const seen = isSame ? before : { epoch, renewals, holderId, ...anew };
  state.seen = seen;
  if (holderId !== null && holderId !== state.world.self.id) state.stepAsideUntilBoot = 0;
  const { self } = state.world;
  const mine = judgeEligibility(appointment, { ...self, provenance: state.provenance });
  if (
    mine.kind !== 'eligible' ||
    lease.holder === null ||
    mine.rank <= rankOfHolder(appointment, lease)
  )
    state.outranksMs = 0;
  watchHolder(state, lease.holder);
  return seen;
}

/** A broken line means that the holder is about to be gone, or never listened: it is looked at soon, then ever less often. */
function watchHolder(state: InstanceState, holder: Holder | null): void {
  const { neighbours, processes, clock } = state.world;
  const watched = state.holderWatch;
  if (watched !== null && watched.instanceId === holder?.instanceId) {
    if (watched.goneBoot === null) return;
    const goneMs = clock.now().boot - watched.goneBoot;
    state.lookAgainMs = Math.max(firstLookMs, goneMs);
    if (goneMs < watchAgainMs) return;
  }
  watched?.watch.close();
  state.holderWatch = null;
  if (holder === null || processes.life(holder.process) !== 'alive') return;
  let goneBoot: number | null = null;
  const watch = neighbours.watch(holder.socket, () => {
    goneBoot = clock.now().boot;
    if (state.holderWatch?.watch === watch) state.holderWatch.goneBoot = goneBoot;
    state.wake.wake();
  });
  state.holderWatch = { instanceId: holder.instanceId, watch, goneBoot };
}

const starterOf = (lease: Lease): ProcessIdentity | null => lease.holder?.starter ?? null;

const starterLife = (
  state: InstanceState,
  lease: Lease,
): 'alive' | 'dead' | 'unknowable' | null => {
  const starter = starterOf(lease);
  return starter === null ? null : state.world.processes.life(starter);
};

/** Null when there was none, and while nobody is outranked: then it does not matter. */
async function sincePreemption(state: InstanceState, now: Moment): Promise<number | null> {
  if (state.outranksMs === 0) return null;
  const [newest] = await state.world.store.audit.list(state.world.self.profile, {
    kinds: ['owner.preempt'],
    limit: 1,
  });
  // One of the future was written before the clock was set back; it must not count for as long as that.
  return newest === undefined || newest.at > now.wall ? null : now.wall - newest.at;
}

async function isPreferredAlive(state: InstanceState, lease: Lease): Promise<boolean> {
  if (lease.preferredId === null || lease.holder !== null) return false;
  const instances = await state.world.store.instances.list(state.world.self.profile);
  const preferred = instances.find(({ id }) => id === lease.preferredId);
  return preferred !== undefined && state.world.processes.life(preferred.process) === 'alive';
}

async function takeStep(state: InstanceState, step: ElectionStep, look: Look): Promise<boolean> {
  const { store, self, clock } = state.world;
  state.standing = step.kind === 'keep-out' ? step.standing : 'standby';
  state.standingCode = step.kind === 'keep-out' ? step.code : null;
  state.standingReason =
    step.kind === 'keep-out' ? step.message : 'Another instance owns the profile.';
  const { holder } = look.lease;
  const starter = starterOf(look.lease);
  state.mayBeGone =
    step.kind === 'stand-by' &&
    holder !== null &&
    !look.seen.hasChanged &&
    state.world.processes.life(holder.process) === 'unknowable';
  switch (step.kind) {
    case 'keep-out':
      return false;
    case 'stand-by':
      lookInTime(state, look);
      return false;
    case 'prefer':
      await store.leases.prefer(self.profile, look.lease.epoch, self.id);
      if (holder !== null) await state.world.neighbours.poke(holder.socket);
      return false;
    case 'end-starter':
      if (starter !== null) await seeEnded(state, starter);
      return true;
    case 'end-holder':
      return holder !== null && (await endSilentHolder(state, holder, look));
    case 'claim':
      if (clock.now().boot < state.stepAsideUntilBoot) return false;
      return claim(state, step.grounds, look);
  }
}

/** The next look comes when the holder's silence will have lasted for a TTL, right after its next renewal, or when a courtesy ends. */
function lookInTime(state: InstanceState, look: Look): void {
  const { lease, seen } = look;
  const silentInMs = lease.ttlMs - seen.unchangedMs + 1;
  const inMs = lease.holder === null ? soonMs : Math.min(silentInMs, renewedInMs(look));
  if (inMs > 0) state.lookAgainMs = Math.min(state.lookAgainMs, Math.max(firstLookMs, inMs));
}

/**
 * When the next renewal will have been written. A silence counts from the look that saw the last one, so that look should come soon
 * after it. The store's clock only tells when to look; what was seen decides.
 */
function renewedInMs({ asked, lease }: Look): number {
  const everyMs = renewEveryMs(lease.ttlMs);
  const ageMs = asked.wall - lease.renewedAt;
  // What is overdue, or was written by another clock, says nothing about when the next one comes.
  return ageMs < 0 || ageMs >= everyMs ? everyMs : everyMs - ageMs + renewalMs;
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
    claimOf(state, { grounds, look, starter, at: asked.wall, booted: asked.wall - asked.boot }),
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
    appointmentVersion: look.appointment.version,
    endRunsUpTo: claimed.lease.endRunsUpTo,
    waiting: new Map(),
    active: new Map(),
    isAccounted: false,
    mustAskAgain: false,
    drain: null,
    changeToken: null,
    beganBoot: 0,
    probes: { isLooking: false, waiting: [] },
    ends: new Map(),
    soughtRemnants: false,
    nextFireAt: null,
    crowd: null,
    earlyAt: null,
    early: new Map(),
    jobs: new Map(),
    wakeAt: null,
    lanes: new Set(),
    isPlanned: false,
  };
  state.term = term;
  state.standing = 'holder';
  state.standingCode = null;
  state.standingReason = null;
  log.info('holding', { epoch: claimed.lease.epoch, grounds });
  state.world.environments.keep(self.profile);
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
    /** When the machine was started, by its wall clock now. */
    readonly booted: Instant;
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
        // A claim that is granted raises it by one.
        epoch: lease.epoch + 1,
        grounds: by.grounds,
        role: self.role,
        host: self.host,
        pid: process.pid,
        level: state.provenance.level,
        service: state.provenance.service,
        appointmentVersion: appointment.version,
        predecessor: lease.holder?.instanceId ?? null,
        // The last sign of a predecessor that did not release: when it ended, as far as anybody can tell.
        predecessorSeenAt: lease.holder === null ? null : lease.renewedAt,
        bootId: process.bootId,
        // A container has the boot of its kernel; its first process tells when it was started anew.
        firstMark: state.provenance.chain.find(({ pid }) => pid === 1)?.startMark ?? null,
        machineId: process.machineId,
        bootedAt: Math.round(by.booted),
      },
    },
  };
}
