import { judgeSqlite } from '../core/checkup.ts';
import { type Finding, fine, problem, warning } from '../core/finding.ts';
import { hourMs } from '../core/instant.ts';
import { unsynchronised } from '../core/outlook.ts';
import { advice } from '../core/refusal.ts';
import { isZone } from '../core/time-zone.ts';
import { commandIn } from './commands.ts';
import { findForeign } from './foreign.ts';
import type { OperationContext } from './operation.ts';
import type { ProfileView } from './readiness.ts';
import { unmetJobs } from './status-answer.ts';

/** Before this nobody had this program, so a clock that says so is wrong. */
const earliestPlausible = Date.UTC(2025, 0, 1);
const latestPlausible = Date.UTC(2100, 0, 1);
const muchOutputBytes = 5 * 1024 ** 3;
const runsLooked = 200;
const manyGone = 20;

export async function checkStore({ store }: OperationContext): Promise<readonly Finding[]> {
  const [problems, settings] = await Promise.all([store.upkeep.check(), store.upkeep.settings()]);
  const { engine = 'store', version = '0' } = settings;
  const whole =
    problems.length === 0
      ? fine('store', `The store is whole (${engine}).`)
      : problem(
          'store',
          `The store has ${problems.length} problems: ${problems.slice(0, 3).join(' ')}`,
          advice('Stop the owner and restore a backup: cronkeeper restore FILE.'),
        );
  return engine === 'sqlite' ? [whole, judgeSqlite(version)] : [whole];
}

/** @param isSynchronised null when the machine does not say */
export function checkClock(
  { clock }: OperationContext,
  view: ProfileView,
  isSynchronised: boolean | null,
): Finding {
  const { wall } = clock.now();
  const isPlausible = wall >= earliestPlausible && wall <= latestPlausible;
  const fix = advice('Set the clock of this machine, best by NTP.');
  if (!isPlausible) return problem('clock', `The clock says ${new Date(wall).toISOString()}.`, fix);
  const newest = view.instances.reduce((latest, { seenAt }) => Math.max(latest, seenAt), 0);
  if (newest > wall + hourMs)
    return warning('clock', 'Another process wrote a time that is an hour ahead.', fix);
  if (isSynchronised === false)
    return warning('clock', unsynchronised.message, advice(unsynchronised.remedy));
  return fine(
    'clock',
    `The clock is plausible${isSynchronised === true ? ' and synchronised' : ''}.`,
  );
}

export const checkZone = ({ zone }: OperationContext): Finding =>
  isZone(zone)
    ? fine('zone', `The zone is ${zone}.`)
    : warning(
        'zone',
        `The zone of this machine, "${zone}", is not known here.`,
        advice('Give jobs their zone with --tz, for example --tz Europe/Berlin.'),
      );

export function checkOwner({ readiness }: ProfileView): Finding {
  const { willRun, message, remedy } = readiness;
  const words = message.charAt(0).toUpperCase() + message.slice(1);
  return willRun ? fine('owner', words) : problem('owner', words, remedy);
}

/** Another program's schedulers run its own jobs, so they are told and are nothing to mend. */
export async function checkRivals(
  context: OperationContext,
  view: ProfileView,
): Promise<readonly Finding[]> {
  if (view.warnings.length > 0)
    return view.warnings.map(({ message, remedy }) => problem('schedulers', message, remedy));
  const { schedulers, timers } = await findForeign(context, view);
  const count = schedulers.length + timers.length;
  const beside = count === 0 ? '' : ` Beside it ${count} of another program run its own jobs.`;
  return [fine('schedulers', `Nobody but the owner tries to execute.${beside}`)];
}

export function checkTimers({ ticks, readiness, profile }: ProfileView): Finding {
  if (ticks.length === 0) return fine('timer', 'No timer is used.');
  return readiness.willRun
    ? fine('timer', 'Ticks of a timer were seen, and jobs will run.')
    : warning(
        'timer',
        'Ticks of a timer were seen, but they stopped coming.',
        advice(`Look at the timer: ${commandIn(profile, 'service status runner').text}`),
      );
}

export function checkGone({ gone, profile }: ProfileView): Finding {
  const crashed = gone.filter(({ role }) => role !== 'timer');
  return crashed.length > manyGone
    ? warning(
        'instances',
        `${crashed.length} processes ended without a word; perhaps one crashes again and again.`,
        advice(`See what it says: ${commandIn(profile, 'service logs runner').text}`),
      )
    : fine('instances', `${crashed.length} rows of ended processes; they are pruned by the owner.`);
}

export async function checkRequirements(
  context: OperationContext,
  view: ProfileView,
): Promise<Finding> {
  const { willRun, remedy } = view.readiness;
  if (!willRun) return warning('requirements', 'No owner is there to be judged by them.', remedy);
  const unmet = await unmetJobs(context, view);
  return unmet.length === 0
    ? fine(
        'requirements',
        'The owner meets what can be judged from here; the rest is probed before each start.',
      )
    : problem(
        'requirements',
        `The owner does not meet what ${unmet.length} jobs need, such as "${unmet[0]?.definition.name}".`,
        advice(`See what is missing: ${commandIn(view.profile, `why ${unmet[0]?.id}`).text}`),
      );
}

/** Jobs whose newest run did not succeed. */
export async function checkFailing({ store, profile }: OperationContext): Promise<Finding> {
  const runs = await store.runs.list(profile, { states: ['ended'], limit: runsLooked });
  const newest = new Map<string, (typeof runs)[number]>();
  for (const run of runs) if (!newest.has(run.jobId)) newest.set(run.jobId, run);
  const failing = [...newest.values()].filter(({ outcome }) => outcome !== 'succeeded');
  const [first] = failing;
  return first === undefined
    ? fine('failing', 'The newest run of every job that ran lately succeeded.')
    : warning(
        'failing',
        `The newest run of ${failing.length} jobs did not succeed: ${failing
          .slice(0, 3)
          .map(({ jobName, outcome }) => `"${jobName}" ${outcome}`)
          .join(', ')}.`,
        advice(`See why: ${commandIn(profile, `logs ${first.id}`).text}`),
      );
}

export async function checkOutput({ output }: OperationContext): Promise<Finding> {
  const bytes = await output.usedBytes();
  const megabytes = `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  return bytes > muchOutputBytes
    ? warning(
        'output',
        `Stored output uses ${megabytes}.`,
        advice('Keep less: cronkeeper config list.'),
      )
    : fine('output', `Stored output uses ${megabytes}.`);
}
