import { profileOption } from '../../../core/refusal.ts';
import type {
  InstanceAnswer,
  ProvenanceAnswer,
  ReadinessAnswer,
  StatusAnswer,
} from '../../../operations/answers.ts';
import { escapeLine } from './escape.ts';
import { foreignLines, foreignWords, isOfOthers } from './foreign.ts';
import { unreadLine } from './inbox.ts';
import { renderFields, renderTable } from './table.ts';
import { absoluteTime, duration, instantOf, relativeAndAbsolute } from './time.ts';
import type { View } from './view.ts';
import { count, inHome, lines, paint } from './view.ts';
import { truncate, wrap } from './width.ts';
import { addOne, capital, remedyLine, renderWarnings, sentence } from './words.ts';

/** "systemd cronkeeper-la.service": the manager in one word before the name of the service. */
export function serviceWords(service: string): string {
  const [manager, ...rest] = service.split('/');
  if (rest.length > 0 && manager !== undefined) {
    return escapeLine(
      `${manager
        .replace('-system', '')
        .replace(/-(agent|daemon)$/, '')
        .replace('-', ' ')} ${rest.join('/')}`,
    );
  }
  return escapeLine(`${service.endsWith('.service') ? 'systemd' : 'launchd'} ${service}`);
}

function origin(service: string | null, provenance: string): string {
  if (service === null)
    return provenance === 'corroborated'
      ? 'main process of a container, corroborated'
      : 'started by hand, not a service';
  return `${serviceWords(service)}, ${provenance}`;
}

/**
 * Will jobs run; who runs them, and how we know; what is next; what is wrong and the command that mends it. In this order.
 */
export function renderStatus(status: StatusAnswer, view: View): string {
  return (
    lines(
      firstLine(status, view),
      status.readiness.willRun ? null : remedyLine(status.readiness, view),
      nextLine(status, view),
      workLine(status),
      ...deferredLines(status, view),
      failingLine(status, view),
      unreadLine(status.unread, status.profile, view),
      companyLine(status, view),
      ...foreignLines(status, view),
    ) +
    renderWarnings(
      status.warnings.filter(({ code }) => code !== status.readiness.code),
      view,
    ) +
    (view.verbose ? renderDetails(status, view) : '')
  );
}

/** Will jobs run? One line. */
export const renderReadiness = (status: StatusAnswer, view: View): string =>
  lines(firstLine(status, view));

function firstLine({ readiness, holder }: StatusAnswer, view: View): string {
  if (!readiness.willRun) {
    const reason = sentence(capital(escapeLine(readiness.message)));
    return wrap(`${paint(view, 'bad', '✗ Jobs will NOT run.')}  ${reason}`, view.columns, '  ');
  }
  if (readiness.code === 'will_run_by_timer') {
    const how = sentence(escapeLine(readiness.message));
    return wrap(`${paint(view, 'good', '✓ Jobs will run, by timer.')}  ${how}`, view.columns, '  ');
  }
  const { by } = readiness;
  const good = paint(view, 'good', '✓ Jobs will run.');
  if (by === null) return `${good}  ${escapeLine(readiness.message)}`;
  const service = holder?.provenance.service ?? by.service;
  const since = absoluteTime(instantOf(by.since), view);
  const who = `${by.role} (${origin(service, by.level)}), pid ${by.pid}, since ${since}`;
  return wrap(`${good}  ${who}`, view.columns, '  ');
}

function nextLine({ profile, jobs }: StatusAnswer, view: View): string {
  const all = jobs.enabled + jobs.paused + jobs.pending + jobs.done;
  const aside = [
    jobs.paused > 0 ? `${jobs.paused} paused` : '',
    jobs.pending > 0 ? `${jobs.pending} waiting for approval` : '',
    jobs.done > 0 ? `${jobs.done} done` : '',
  ].filter((part) => part !== '');
  const total = [all === 0 ? 'No jobs yet' : count(all, 'job'), ...aside].join(', ');
  if (jobs.nextFireAt === null) {
    const first = all === 0 ? `  ${addOne(profile, view)}` : '';
    return wrap(`  ${all === 0 ? '' : 'Nothing is due.  '}${total}.${first}`, view.columns, '  ');
  }
  const name = jobs.nextJob === null ? 'a job' : escapeLine(jobs.nextJob.name);
  const next = relativeAndAbsolute(jobs.nextFireAt, view);
  return wrap(`  Next: ${name} ${next}.  ${total}.`, view.columns, '  ');
}

function workLine({ running, requestsWaiting, jobs }: StatusAnswer): string | null {
  const parts = [
    running > 0 ? `${count(running, 'run')} in progress` : '',
    requestsWaiting > 0 ? `${count(requestsWaiting, 'request')} waiting` : '',
    jobs.overdue > 0
      ? `${count(jobs.overdue, 'job')} overdue, the oldest by ${duration(jobs.oldestOverdueMs)}`
      : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : `  Now: ${parts.join(', ')}.`;
}

/** `status` counts no further. */
const mostFailing = 100;

/** What went wrong last time, in one line: that jobs will run is not that they work. */
function failingLine({ profile, jobs }: StatusAnswer, view: View): string | null {
  const { failing, failingJobs } = jobs;
  const [first] = failingJobs;
  if (failing === 0 || first === undefined) return null;
  const names = failingJobs.map(({ name }) => truncate(escapeLine(name), 40)).join(', ');
  const left = failing - failingJobs.length;
  const more = left > 0 ? ` and ${left}${failing >= mostFailing ? ' or more' : ' more'}` : '';
  const option = profileOption(profile);
  const see = failing === 1 ? `cronkeeper logs ${first.id}${option}` : `cronkeeper list${option}`;
  const said = `${count(failing, 'job')} failed last time: ${names}${more}.`;
  return `${wrap(`  ${paint(view, 'bad', said)}`, view.columns, '  ')}  See: ${inHome(view, see)}`;
}

/** Runs that are put off, the soonest first. */
function deferredLines({ deferred }: StatusAnswer, view: View): readonly string[] {
  const shown = deferred
    .toSorted((one, other) => one.until.localeCompare(other.until))
    .slice(0, mostDeferredShown)
    .map(({ job, until, reason }) => {
      const why = reason.replaceAll('_', ' ');
      return `  ${escapeLine(job.name)} waits until ${relativeAndAbsolute(until, view)} (${why}).`;
    });
  const more = deferred.length - shown.length;
  return more > 0 ? [...shown, `  And ${count(more, 'run')} more.`] : shown;
}

const mostDeferredShown = 5;

const roleWords = (role: string, number: number): string =>
  count(number, role === 'desktop' ? 'desktop dashboard' : role);

function grouped(instances: readonly InstanceAnswer[]): string {
  const numbers = new Map<string, number>();
  for (const { role } of instances) numbers.set(role, (numbers.get(role) ?? 0) + 1);
  return [...numbers].map(([role, number]) => roleWords(role, number)).join(', ');
}

/** Every other process that could schedule, by what it does here. */
function companyLine({ instances }: StatusAnswer, view: View): string | null {
  const of = (standing: InstanceAnswer['standing']): readonly InstanceAnswer[] =>
    instances.filter((instance) => instance.standing === standing && !isOfOthers(instance));
  const plural = (list: readonly InstanceAnswer[], one: string, many: string): string =>
    list.length === 1 ? one : many;
  const parts = [
    { list: of('standby'), one: 'it takes over', many: 'they take over' },
    { list: of('delegator'), one: 'it asks, it does not run', many: 'they ask, they do not run' },
    { list: of('ineligible'), one: 'it may not run jobs', many: 'they may not run jobs' },
    { list: of('foreign'), one: 'it is not ours', many: 'they are not ours' },
  ]
    .filter(({ list }) => list.length > 0)
    .map(({ list, one, many }) => `${grouped(list)}; ${plural(list, one, many)}`);
  return parts.length === 0
    ? null
    : wrap(`  Also here: ${parts.join('. ')}.`, view.columns, '    ');
}

/** Where it answers, if it does, and why it does what it does. */
const purpose = ({ url, reason, command }: InstanceAnswer): string =>
  `${url === null ? '' : `${url}  `}${reason ?? command}`;

function renderDetails(status: StatusAnswer, view: View): string {
  const { holder, appointment } = status;
  const rows = status.instances.map((instance) => [
    instance.role,
    String(instance.pid),
    instance.host,
    instance.standing,
    instance.provenance.level,
    instance.version,
    isOfOthers(instance) ? foreignWords(instance) : purpose(instance),
  ]);
  const columns = [
    { title: 'ROLE' },
    { title: 'PID', align: 'right' as const },
    { title: 'HOST', spare: 2, least: 8 },
    { title: 'STANDING' },
    { title: 'LEVEL' },
    { title: 'VERSION', spare: 9 },
    { title: 'REASON OR COMMAND', spare: 1, least: 12 },
  ];
  const backends = Object.entries(status.backends).map(
    ([name, { state, detail }]) => [name, `${state}${detail === '' ? '' : `: ${detail}`}`] as const,
  );
  const fields = renderFields(
    [
      ['profile', status.profile],
      [
        'appointment',
        `${appointment.words} (version ${appointment.version}, by ${appointment.actor})`,
      ],
      ['lease', holder === null ? 'nobody holds it' : holderWords(holder, view)],
      ...(holder === null ? [] : evidence(holder.provenance)),
      ...backends,
    ],
    view,
  );
  return `\n${fields}${rows.length === 0 ? '' : `\n${renderTable(columns, rows, view)}`}`;
}

const holderWords = (holder: NonNullable<StatusAnswer['holder']>, view: View): string =>
  `${holder.role} pid ${holder.pid} on ${holder.host}, epoch ${holder.epoch}, since ${absoluteTime(
    instantOf(holder.since),
    view,
  )}, renewed ${duration(holder.heartbeatAgeMs)} ago`;

/** What is known about how a process came to be. */
export const evidence = (
  provenance: ProvenanceAnswer,
): readonly (readonly [string, string | null])[] => [
  ['level', `${provenance.level}, asked ${duration(provenance.ageMs)} ago`],
  ['service', provenance.service],
  ['facts', provenance.facts.join('; ')],
  ['chain', provenance.words],
];

/** One line for each profile. */
export function renderStatuses(statuses: readonly StatusAnswer[], view: View): string {
  const rows = statuses.map(({ profile, readiness, jobs }) => [
    profile,
    {
      text: willRunWords(readiness),
      tone: readiness.willRun ? ('good' as const) : ('bad' as const),
    },
    readiness.by === null ? '–' : `${readiness.by.role} pid ${readiness.by.pid}`,
    String(jobs.enabled + jobs.paused + jobs.pending + jobs.done),
    jobs.nextFireAt === null ? '–' : relativeAndAbsolute(jobs.nextFireAt, view),
    readiness.willRun ? '' : readiness.message,
  ]);
  const columns = [
    { title: 'PROFILE', least: 8 },
    { title: 'JOBS WILL RUN' },
    { title: 'BY', spare: 2 },
    { title: 'JOBS', align: 'right' as const, spare: 9 },
    { title: 'NEXT', spare: 1 },
    { title: 'WHY NOT', spare: 2, least: 16 },
  ];
  return renderTable(columns, rows, view) + statuses.map((one) => toldBelow(one, view)).join('');
}

/** What a row has no room for: what to do where jobs will not run, and every warning. */
function toldBelow({ profile, readiness, warnings }: StatusAnswer, view: View): string {
  const mend = readiness.willRun ? null : remedyLine(readiness, view);
  const told = renderWarnings(
    warnings.filter(({ code }) => code !== readiness.code),
    view,
  );
  return mend === null && told === '' ? '' : lines(`${escapeLine(profile)}:`, mend) + told;
}

const willRunWords = ({ willRun, code }: ReadinessAnswer): string => {
  if (!willRun) return '✗ no';
  return code === 'will_run_by_timer' ? '✓ yes, by timer' : '✓ yes';
};
