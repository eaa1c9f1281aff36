import type { z } from 'zod';
import { hourMs } from '../core/instant.ts';
import { advice, type Remedy } from '../core/refusal.ts';
import { isZone } from '../core/time-zone.ts';
import type { FindingAnswer } from './answers.ts';
import { commandIn } from './commands.ts';
import { checkDrift } from './drift.ts';
import { nothingInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { doctorOutput } from './outputs.ts';
import { profileOperation } from './profile-check.ts';
import { type ProfileView, readReadiness } from './readiness.ts';
import { unmetJobs } from './status.ts';

type State = FindingAnswer['state'];

const leastNodeVersion = [24, 15] as const;
/** Before this nobody had this program, so a clock that says so is wrong. */
const earliestPlausible = Date.UTC(2025, 0, 1);
const latestPlausible = Date.UTC(2100, 0, 1);
const muchOutputBytes = 5 * 1024 ** 3;
const runsLooked = 200;
const manyGone = 20;

/** Every check answers, the good ones too, so that silence is never taken for health. */
export const doctor = profileOperation({
  name: 'doctor',
  summary: 'Look for problems and say what mends them',
  input: nothingInput,
  output: doctorOutput,
  scope: 'read',
  async handle(context) {
    const view = await readReadiness(context);
    const findings = [
      checkNode(),
      await checkStore(context),
      checkClock(context, view),
      checkZone(context),
      checkOwner(view),
      ...checkRivals(view),
      ...(await checkDrift(context, view)),
      checkTimers(view),
      checkGone(view),
      await checkRequirements(context, view),
      await checkFailing(context),
      await checkOutput(context),
    ];
    return {
      profile: context.profile,
      isHealthy: findings.every(({ state }) => state !== 'problem'),
      findings,
    } satisfies z.output<typeof doctorOutput>;
  },
});

const finding = (
  check: string,
  state: State,
  message: string,
  remedy: Remedy | null = null,
): FindingAnswer => ({ check, state, message, remedy });

function checkNode(): FindingAnswer {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = leastNodeVersion;
  const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return isEnough
    ? finding('node', 'ok', `Node ${process.versions.node}.`)
    : finding(
        'node',
        'problem',
        `Node ${process.versions.node} is too old.`,
        advice('Install Node 24.'),
      );
}

async function checkStore({ store }: OperationContext): Promise<FindingAnswer> {
  const [problems, settings] = await Promise.all([store.upkeep.check(), store.upkeep.settings()]);
  const { engine = 'store', version = 'of unknown version' } = settings;
  return problems.length === 0
    ? finding('store', 'ok', `The store is whole (${engine} ${version}).`)
    : finding(
        'store',
        'problem',
        `The store has ${problems.length} problems: ${problems.slice(0, 3).join(' ')}`,
        advice('Stop the owner and restore a backup: cronkeeper restore FILE.'),
      );
}

function checkClock({ clock }: OperationContext, view: ProfileView): FindingAnswer {
  const { wall } = clock.now();
  const isPlausible = wall >= earliestPlausible && wall <= latestPlausible;
  const fix = advice('Set the clock of this machine, best by NTP.');
  if (!isPlausible)
    return finding('clock', 'problem', `The clock says ${new Date(wall).toISOString()}.`, fix);
  const newest = view.instances.reduce((latest, { seenAt }) => Math.max(latest, seenAt), 0);
  return newest > wall + hourMs
    ? finding('clock', 'warning', 'Another process wrote a time that is an hour ahead.', fix)
    : finding('clock', 'ok', 'The clock is plausible.');
}

const checkZone = ({ zone }: OperationContext): FindingAnswer =>
  isZone(zone)
    ? finding('zone', 'ok', `The zone is ${zone}.`)
    : finding(
        'zone',
        'warning',
        `The zone of this machine, "${zone}", is not known here.`,
        advice('Give jobs their zone with --tz, for example --tz Europe/Berlin.'),
      );

function checkOwner({ readiness }: ProfileView): FindingAnswer {
  const { willRun, message, remedy } = readiness;
  const words = message.charAt(0).toUpperCase() + message.slice(1);
  return finding('owner', willRun ? 'ok' : 'problem', words, remedy);
}

const checkRivals = ({ warnings }: ProfileView): readonly FindingAnswer[] =>
  warnings.length === 0
    ? [finding('schedulers', 'ok', 'Nobody but the owner tries to execute.')]
    : warnings.map(({ message, remedy }) => finding('schedulers', 'problem', message, remedy));

function checkTimers({ ticks, readiness }: ProfileView): FindingAnswer {
  if (ticks.length === 0) return finding('timer', 'ok', 'No timer is used.');
  return readiness.willRun
    ? finding('timer', 'ok', 'Ticks of a timer were seen, and jobs will run.')
    : finding(
        'timer',
        'warning',
        'Ticks of a timer were seen, but they stopped coming.',
        advice('Look at the timer: cronkeeper service status.'),
      );
}

function checkGone({ gone, profile }: ProfileView): FindingAnswer {
  const crashed = gone.filter(({ role }) => role !== 'timer');
  return crashed.length > manyGone
    ? finding(
        'instances',
        'warning',
        `${crashed.length} processes ended without a word; perhaps one crashes again and again.`,
        commandIn(profile, 'service logs runner'),
      )
    : finding(
        'instances',
        'ok',
        `${crashed.length} rows of ended processes; they are pruned by the owner.`,
      );
}

async function checkRequirements(
  context: OperationContext,
  view: ProfileView,
): Promise<FindingAnswer> {
  if (!view.readiness.willRun)
    return finding('requirements', 'warning', 'They cannot be judged while no owner is there.');
  const unmet = await unmetJobs(context, view);
  return unmet.length === 0
    ? finding(
        'requirements',
        'ok',
        'The owner meets what can be judged from here; the rest is probed before each start.',
      )
    : finding(
        'requirements',
        'problem',
        `The owner does not meet what ${unmet.length} jobs need, such as "${unmet[0]?.definition.name}".`,
        commandIn(view.profile, `why ${unmet[0]?.id}`),
      );
}

/** Jobs whose newest run did not succeed. */
async function checkFailing({ store, profile }: OperationContext): Promise<FindingAnswer> {
  const runs = await store.runs.list(profile, { states: ['ended'], limit: runsLooked });
  const newest = new Map<string, (typeof runs)[number]>();
  for (const run of runs) if (!newest.has(run.jobId)) newest.set(run.jobId, run);
  const failing = [...newest.values()].filter(({ outcome }) => outcome !== 'succeeded');
  const [first] = failing;
  return first === undefined
    ? finding('failing', 'ok', 'The newest run of every job that ran lately succeeded.')
    : finding(
        'failing',
        'warning',
        `The newest run of ${failing.length} jobs did not succeed: ${failing
          .slice(0, 3)
          .map(({ jobName, outcome }) => `"${jobName}" ${outcome}`)
          .join(', ')}.`,
        commandIn(profile, `logs ${first.id}`),
      );
}

async function checkOutput({ output }: OperationContext): Promise<FindingAnswer> {
  const bytes = await output.usedBytes();
  const megabytes = `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  return bytes > muchOutputBytes
    ? finding(
        'output',
        'warning',
        `Stored output uses ${megabytes}.`,
        advice('Keep less: cronkeeper config list.'),
      )
    : finding('output', 'ok', `Stored output uses ${megabytes}.`);
}
