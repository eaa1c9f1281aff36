import type { Instance } from '../core/instance.ts';
import type { Role } from '../core/provenance.ts';
import type { ForeignView } from '../ports/foreign.ts';
import type { StatusAnswer } from './answers.ts';
import { foreignId } from './foreign.ts';
import type { ProfileView } from './readiness.ts';
import { judgeStanding } from './standing.ts';

type Backends = StatusAnswer['backends'];
type Backend = Backends['runner'];

/**
 * What could execute the jobs, kind by kind, so that nobody takes a dashboard for a scheduler.
 * - `active`: executes now. - `standby`: alive, does not execute now. - `stopped`: was there once. - `absent`: nothing known.
 */
export const backendsOf = (view: ProfileView, seen: ForeignView): Backends => ({
  gateway: backendOf(view, 'gateway'),
  runner: backendOf(view, 'runner'),
  timer: timerOf(view),
  dashboard: backendOf(view, 'dashboard'),
  desktop: backendOf(view, 'desktop'),
  foreign: foreignOf(view, seen),
});

const isOurs = ({ standing }: Instance): boolean => standing !== 'foreign';

function backendOf(view: ProfileView, role: Role): Backend {
  const alive = view.instances.filter((row) => row.role === role && isOurs(row));
  const instances = alive.map(({ id }) => id);
  if (alive.length === 0) return vanished(view, role);
  const standings = alive.map((row) => judgeStanding(row, view.appointment, view.lease).standing);
  const counts = (['holder', 'standby', 'delegator', 'ineligible'] as const)
    .map((standing) => ({ standing, count: standings.filter((one) => one === standing).length }))
    .filter(({ count }) => count > 0)
    .map(({ standing, count }) => standingWords(standing, count));
  const isActive = standings.includes('holder') && view.readiness.willRun;
  return { state: isActive ? 'active' : 'standby', instances, detail: `${counts.join(', ')}.` };
}

function standingWords(
  standing: 'holder' | 'standby' | 'delegator' | 'ineligible',
  count: number,
): string {
  switch (standing) {
    case 'holder':
      return `${count} owns the profile`;
    case 'standby':
      return `${count} ready to take over`;
    case 'delegator':
      return `${count} only asking the owner`;
    case 'ineligible':
      return `${count} not allowed to run jobs`;
  }
}

function vanished(view: ProfileView, role: Role): Backend {
  const gone = view.gone.filter((row) => row.role === role);
  const last = gone.reduce((latest, { seenAt }) => Math.max(latest, seenAt), 0);
  return last === 0
    ? { state: 'absent', instances: [], detail: 'None is known.' }
    : {
        state: 'stopped',
        instances: [],
        detail: `None is alive; the last one was seen ${Math.round((view.now - last) / 1000)} s ago.`,
      };
}

/** A timer is active between its ticks as well, as long as they come. */
function timerOf(view: ProfileView): Backend {
  const { readiness } = view;
  if (readiness.code !== 'will_run_by_timer') return backendOf(view, 'timer');
  const instances = view.instances.filter(({ role }) => role === 'timer').map(({ id }) => id);
  return { state: 'active', instances, detail: readiness.message };
}

function foreignOf(view: ProfileView, { schedulers, timers, isComplete }: ForeignView): Backend {
  const rows = view.instances.filter((row) => !isOurs(row));
  const instances = [...rows.map(({ id }) => id), ...schedulers.map(foreignId)];
  const rest = isComplete ? '' : ' Not every process of this machine could be looked at.';
  const parts = [
    ...(instances.length > 0 ? [`${instances.length} scheduling by itself`] : []),
    ...timers.map(
      ({ name, isEnabled }) => `timer ${name}${isEnabled === false ? ', not enabled' : ''}`,
    ),
  ];
  if (parts.length === 0) return { state: 'absent', instances, detail: `None is known.${rest}` };
  const isActive = instances.length > 0 || timers.some((timer) => timer.isEnabled !== false);
  return {
    state: isActive ? 'active' : 'stopped',
    instances,
    detail: `${parts.join('; ')}.${rest}`,
  };
}
