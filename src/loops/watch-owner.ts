import { absenceMs, ownerAbsent, ownerPresent } from '../core/owner-watch.ts';
import { type InstanceState, undertake } from './state.ts';

/**
 * Looks after every tick whether somebody runs the jobs. Any live instance tells when nobody does, also one that may not schedule; the
 * store lets one of them. The next holder tells that it is over. Nothing waits for this.
 */
export function watchOwner(state: InstanceState): void {
  const { ownerWatch, term, seen } = state;
  if (ownerWatch.isLooking || state.isStopping) return;
  if (term !== null) {
    if (!term.isAccounted || ownerWatch.presentIn === term.held.fence.epoch) return;
    look(state, tellPresent(state, term.held.fence.epoch));
    return;
  }
  if (seen === null || seen.unchangedMs < 2 * state.world.settings.ttlMs) return;
  const stretch = `${seen.epoch}/${seen.renewals}`;
  if (ownerWatch.absentSince !== stretch) look(state, tellAbsent(state, stretch, seen.unchangedMs));
}

function look(state: InstanceState, work: Promise<void>): void {
  state.ownerWatch.isLooking = true;
  const done = (): void => {
    state.ownerWatch.isLooking = false;
  };
  undertake(state, 'watch-owner', work.finally(done));
}

async function tellPresent(state: InstanceState, epoch: number): Promise<void> {
  const { store, self, clock, log } = state.world;
  for (const incident of await store.outbox.incidents(self.profile, 'owner_absent')) {
    const at = clock.now().wall;
    const alerts = ownerPresent(incident, { role: self.role, host: self.host, at });
    if (await store.outbox.closeIncident(incident, at, alerts))
      log.info('owner-present', { epoch });
  }
  state.ownerWatch.presentIn = epoch;
  state.mail.wake();
}

async function tellAbsent(state: InstanceState, stretch: string, silentMs: number): Promise<void> {
  const { store, self, settings, clock, ids, log } = state.world;
  const instances = await store.instances.list(self.profile);
  if (silentMs < absenceMs(settings.ttlMs, instances)) return;
  const { enabled } = await store.jobs.counts(self.profile);
  // Without a job there is nothing that could be missed; there may be one at the next look.
  if (enabled === 0) return;
  const { incident, alerts } = ownerAbsent(self.profile, {
    id: ids.next(),
    targets: settings.outbox.alerts,
    at: clock.now().wall,
    silentMs,
    enabledJobs: enabled,
    appointment: await store.appointments.current(self.profile),
  });
  if (await store.outbox.openIncident(incident, alerts)) log.warn('owner-absent', { silentMs });
  state.ownerWatch.absentSince = stretch;
  state.mail.wake();
}
