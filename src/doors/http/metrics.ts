import { dayMs } from '../../core/instant.ts';
import type { OperationContext } from '../../operations/operation.ts';
import { readReadiness } from '../../operations/readiness.ts';

/** What this process itself can be measured by. */
export type DoorFigures = {
  readonly streams: number;
  /** Answers so far, by status. */
  readonly answers: ReadonlyMap<number, number>;
  readonly residentBytes: number;
};

type Labels = Readonly<Record<string, string>>;
type Sample = { readonly labels: Labels; readonly value: number };
type Metric = {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
};

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

const mostOpen = 10_000;
const mostTallies = 10_000;

/** Figures of these profiles and of this process, as Prometheus reads them. */
export async function metricsOf(
  contexts: readonly OperationContext[],
  figures: DoorFigures,
): Promise<string> {
  const views = await Promise.all(contexts.map(figuresOf));
  const version = { labels: { version: contexts[0]?.version ?? '' }, value: 1 };
  return textOf([
    gauge('info', 'The version that answers.', [version]),
    ...metricsOfProfiles(views),
    ...metricsOfDoor(figures),
  ]);
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  help,
  type: 'gauge',
  samples,
});

function metricsOfProfiles(views: readonly Figures[]): readonly Metric[] {
  const each = (value: (view: Figures) => number): readonly Sample[] =>
    views.map((view) => ({ labels: { profile: view.profile }, value: value(view) }));
  const all = (samples: (view: Figures) => readonly Sample[]): readonly Sample[] =>
    views.flatMap(samples);
  return [
    gauge(
      'will_run',
      'Whether jobs of the profile will run.',
      each((view) => view.willRun),
    ),
    gauge(
      'overdue_seconds',
      'Age of the oldest undecided one.',
      each((view) => view.overdueMs / 1_000),
    ),
    gauge(
      'owner_epoch',
      'The number of the term.',
      each((view) => view.epoch),
    ),
    gauge(
      'instances',
      'Living processes of the profile.',
      each((view) => view.instances),
    ),
    gauge(
      'requests_waiting',
      'Requests that wait for the owner.',
      each((view) => view.waiting),
    ),
    gauge(
      'jobs',
      'Jobs by state.',
      all((view) => view.jobs),
    ),
    gauge(
      'runs_open',
      'Runs that are not over, by state.',
      all((view) => view.open),
    ),
    gauge(
      'runs_last_day',
      'Occurrences of the last day by result.',
      all((view) => view.results),
    ),
  ];
}

function metricsOfDoor({ streams, answers, residentBytes }: DoorFigures): readonly Metric[] {
  const ofAnswers = [...answers].map(([status, value]) => ({
    labels: { status: String(status) },
    value,
  }));
  return [
    gauge('http_streams', 'Open event streams of this process.', [{ labels: {}, value: streams }]),
    gauge('http_resident_bytes', 'Memory of this process.', [{ labels: {}, value: residentBytes }]),
    {
      name: 'http_answers_total',
      help: 'Answers of this process by status.',
      type: 'counter',
      samples: ofAnswers,
    },
  ];
}

type Figures = {
  readonly profile: string;
  readonly willRun: number;
  readonly overdueMs: number;
  readonly epoch: number;
  readonly instances: number;
  readonly waiting: number;
  readonly jobs: readonly Sample[];
  readonly open: readonly Sample[];
  readonly results: readonly Sample[];
};

async function figuresOf(context: OperationContext): Promise<Figures> {
  const { store, profile } = context;
  const { readiness, overdueMs, lease, instances, now } = await readReadiness(context);
  const [counts, open, waiting, tallies] = await Promise.all([
    store.jobs.counts(profile),
    store.runs.open(profile, mostOpen),
    store.requests.waiting(profile, mostOpen),
    store.runs.tally(profile, now - dayMs, mostTallies),
  ]);
  const results = new Map<string, number>();
  for (const { state, outcome, occurrences } of tallies) {
    const result = outcome ?? state;
    results.set(result, (results.get(result) ?? 0) + occurrences);
  }
  const openOf = (state: string): number => open.filter((run) => run.state === state).length;
  const byLabel = (label: string, values: Iterable<readonly [string, number]>): readonly Sample[] =>
    [...values].map(([word, value]) => ({ labels: { profile, [label]: word }, value }));
  return {
    profile,
    willRun: readiness.willRun ? 1 : 0,
    overdueMs,
    epoch: lease.epoch,
    instances: instances.length,
    waiting: waiting.filter(({ kind }) => kind !== 'probe').length,
    jobs: byLabel('state', Object.entries(counts)),
    open: byLabel('state', [
      ['queued', openOf('queued')],
      ['running', openOf('running')],
    ]),
    results: byLabel('result', results),
  };
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function textOf(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, type, samples }) => {
      const whole = `cronkeeper_${name}`;
      const lines = samples.map(({ labels, value }) => {
        const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
        return `${whole}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
      });
      return `# HELP ${whole} ${help}\n# TYPE ${whole} ${type}\n${lines.join('')}`;
    })
    .join('');
}
