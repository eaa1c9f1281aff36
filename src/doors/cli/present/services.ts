import { serviceText } from '../../../core/eligibility.ts';
import { toIso } from '../../../core/instant.ts';
import { profileOption } from '../../../core/refusal.ts';
import { startAgain } from '../../../core/service-words.ts';
import { shellLine } from '../../../core/shell-word.ts';
import type { StatusAnswer } from '../../../operations/answers.ts';
import type { ServiceOutcome, ServiceRequest } from '../service.ts';
import { escapeControls, escapeLine } from './escape.ts';
import { serviceWords } from './status.ts';
import { count, inHome, lines, type Presented, paint, plain, type View } from './view.ts';
import { nothingWillRun, sentence } from './words.ts';

/** What leaves the program about a service, beside `--json`. */
export function serviceDocument(outcome: ServiceOutcome): unknown {
  const { plan } = outcome;
  const about = {
    service: serviceText(plan),
    role: plan.role,
    profile: plan.profile,
    isTimer: plan.isTimer,
    home: plan.home,
    user: plan.user,
    program: plan.program,
    path: plan.path,
  };
  switch (outcome.kind) {
    case 'planned':
      return { ...about, files: outcome.files };
    case 'installed':
      return {
        ...about,
        changed: outcome.changed,
        isAppointed: outcome.isAppointed,
        lingers: outcome.lingers,
        status: outcome.status,
      };
    case 'uninstalled':
      return { ...about, restored: outcome.restored, left: outcome.left };
    case 'controlled':
      return { ...about, state: stateDocument(outcome), status: outcome.status };
  }
}

function stateDocument({ state }: Extract<ServiceOutcome, { kind: 'controlled' }>): unknown {
  if (state.kind !== 'known') return state;
  const { nextTickAt, ...rest } = state;
  return { ...rest, nextTickAt: nextTickAt === null ? null : toIso(nextTickAt) };
}

export function presentService(
  outcome: ServiceOutcome,
  request: ServiceRequest,
  view: View,
): Presented {
  switch (outcome.kind) {
    case 'planned':
      return plain(
        outcome.files
          .map(({ path, text }) => `# ${escapeLine(path)}\n${escapeControls(text)}\n`)
          .join(''),
      );
    case 'installed':
      return presentInstalled(outcome, view);
    case 'uninstalled':
      return presentUninstalled(outcome);
    case 'controlled':
      return presentControlled(outcome, request, view);
  }
}

type Installed = Extract<ServiceOutcome, { kind: 'installed' }>;

const presentInstalled = (outcome: Installed, view: View): Presented => ({
  text: lines(...installedLines(outcome, view)),
  warnings: nothingWillRun(outcome.status.readiness, 'THESE JOBS', view),
});

/** What was installed, and how it is known that it runs the jobs. */
export function installedLines(outcome: Installed, view: View): readonly (string | null)[] {
  const { plan, status, changed, isAppointed, lingers } = outcome;
  const name = serviceWords(serviceText(plan));
  const done = changed ? `Installed ${name}.` : `${name} was installed already.`;
  return [
    `${paint(view, 'good', '✓')} ${done}`,
    ...proof(status),
    standbyLine(outcome),
    isAppointed || !plan.schedules
      ? null
      : `  It may not own the profile: the owner is ${escapeLine(status.appointment.words)}. To let it stand by: ${inHome(view, `${standingBy(outcome)} --reason TEXT`)}`,
    dashboardLine(outcome),
    lingers === false
      ? `  ⚠ It runs only while ${escapeLine(plan.user)} is logged in. To let it run always: ${shellLine(['sudo', 'loginctl', 'enable-linger', plan.user])}`
      : null,
  ];
}

/** What is typed so that it is named after those that the rule names already: a rule with it alone would shut them out. */
function standingBy({ plan, status }: Installed): string {
  const [first = 'auto', ...others] = status.appointment.rule;
  const then = [...others, `service ${serviceText(plan)}`].flatMap((choice) => ['--then', choice]);
  const words = shellLine(['cronkeeper', 'owner', 'appoint', first, ...then]);
  return `${words}${profileOption(plan.profile)}`;
}

/** It may own, and another one does. */
function standbyLine({ plan, status }: Pick<Installed, 'plan' | 'status'>): string | null {
  const stands = status.instances.some(
    ({ standing, provenance }) =>
      standing === 'standby' && provenance.service === serviceText(plan),
  );
  return stands && status.holder !== null
    ? '  It stands by, and runs the jobs when it is its turn.'
    : null;
}

/** Where a dashboard is, and how to get in. */
function dashboardLine({ plan, status }: Installed): string | null {
  const own = status.instances.find(
    ({ url, provenance }) => url !== null && provenance.service === serviceText(plan),
  );
  if (own === undefined || own.url === null) return null;
  const link = `cronkeeper dashboard link${profileOption(plan.profile)}`;
  return `  Dashboard: ${escapeLine(own.url)}  To get in: ${link}`;
}

/** Who runs the jobs, and the chain of processes by which the manager vouches for it. */
function proof({ readiness, holder }: StatusAnswer): readonly (string | null)[] {
  if (!readiness.willRun) return [];
  if (holder === null) return [`  ${sentence(escapeLine(readiness.message))}`];
  const { provenance, role, pid } = holder;
  const service = provenance.service === null ? 'no service' : serviceWords(provenance.service);
  return [
    `  Jobs will run: ${role} (${service}, ${provenance.level}), pid ${pid}.`,
    `  Chain: ${escapeLine(provenance.words)}`,
  ];
}

type Uninstalled = Extract<ServiceOutcome, { kind: 'uninstalled' }>;

function presentUninstalled({ plan, restored, left }: Uninstalled): Presented {
  return {
    text: lines(
      `Removed ${serviceWords(serviceText(plan))}.`,
      restored === null ? null : `  The owner is again: ${escapeLine(restored.join(', then '))}.`,
    ),
    warnings: lines(...left.map((each) => `⚠ ${sentence(escapeLine(each))}`)),
  };
}

type Controlled = Extract<ServiceOutcome, { kind: 'controlled' }>;

function presentControlled(
  { plan, state, status }: Controlled,
  { verb }: ServiceRequest,
  view: View,
): Presented {
  const name = serviceWords(serviceText(plan));
  const how =
    state.kind === 'known'
      ? `${state.words}${state.isEnabled ? ', starts at boot' : ', does not start at boot'}`
      : state.kind === 'unknown'
        ? 'not known to its manager'
        : `not known: ${state.why}`;
  const said = lines(
    `${name}: ${escapeLine(how)}`,
    `  home ${escapeLine(plan.home)}, profile ${plan.profile}, user ${escapeLine(plan.user)}`,
  );
  if (verb === 'stop') return plain(said + stopWords(plan, status));
  return {
    text: said + lines(...proof(status), standbyLine({ plan, status })),
    warnings: nothingWillRun(status.readiness, 'THESE JOBS', view),
  };
}

/** Stopping a scheduler is a promise broken, so what it means is said. */
function stopWords(plan: ServiceOutcome['plan'], status: StatusAnswer): string {
  const { profile } = plan;
  const { enabled } = status.jobs;
  if (!plan.schedules) return lines('  It only asked: jobs run, or do not, as before.');
  if (status.readiness.willRun)
    return lines(`  Somebody else runs the jobs: ${escapeLine(status.readiness.message)}`);
  return lines(
    `Nothing will run until it is started again: ${count(enabled, 'job')} of profile "${profile}" wait${enabled === 1 ? 's' : ''}.`,
    `  → ${startAgain(plan)}`,
    '  It also starts when the machine boots; to keep it away, uninstall it.',
  );
}
