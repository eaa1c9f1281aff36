import type { z } from 'zod';
import type { JobAnswer } from '../../../src/operations/answers.ts';
import type { jobsPreviewInput } from '../../../src/operations/inputs.ts';
import { joinWords, splitWords } from './words.ts';

type Fields = Omit<z.input<typeof jobsPreviewInput>, 'job'>;

/** What stands in the form; everything is text, as it was typed. */
export type Draft = {
  readonly name: string;
  readonly when: string;
  readonly tz: string;
  readonly kind: JobAnswer['kind'];
  readonly command: string;
  readonly isShell: boolean;
  readonly prompt: string;
  readonly agent: string;
  readonly model: string;
  readonly tools: string;
  readonly http: string;
  readonly expect: string;
  readonly cwd: string;
  readonly env: string;
  readonly deliver: string;
  readonly onFailure: string;
  readonly catchUp: string;
  readonly grace: string;
  readonly overlap: string;
  readonly timeout: string;
  readonly noOutputTimeout: string;
  readonly retries: string;
  readonly retryDelay: string;
  readonly onLoss: string;
  readonly require: string;
  readonly jitter: string;
  readonly start: string;
  readonly end: string;
  readonly maxRuns: string;
  readonly outputLimit: string;
};

/** The field that a refusal is about, and what it says. */
export type Wrong = { readonly field: string; readonly message: string } | null;

export const emptyDraft: Draft = {
  name: '',
  when: '',
  tz: '',
  kind: 'command',
  command: '',
  isShell: false,
  prompt: '',
  agent: '',
  model: '',
  tools: '',
  http: '',
  expect: '',
  cwd: '',
  env: '',
  deliver: '',
  onFailure: '',
  catchUp: '',
  grace: '',
  overlap: '',
  timeout: '',
  noOutputTimeout: '',
  retries: '',
  retryDelay: '',
  onLoss: '',
  require: '',
  jitter: '',
  start: '',
  end: '',
  maxRuns: '',
  outputLimit: '',
};

/** A job as it is, to be changed. Values of its variables are never told, so they cannot stand here. */
export function draftOf(job: JobAnswer): Draft {
  return {
    ...emptyDraft,
    name: job.name,
    when: job.schedule.canonical,
    tz: job.schedule.zone ?? '',
    kind: job.kind,
    command: job.shell ? (job.command[0] ?? '') : joinWords(job.command),
    isShell: job.shell,
    prompt: job.agent?.prompt ?? '',
    agent: job.agent?.name ?? '',
    model: job.agent?.model ?? '',
    tools: job.agent?.tools.join('\n') ?? '',
    http: job.http === null ? '' : `${job.http.method} ${job.http.url}`,
    expect: job.http?.expect ?? '',
    cwd: job.cwd,
    deliver: job.deliver.join('\n'),
    onFailure: job.onFailure.join('\n'),
    catchUp: job.catchUp,
    grace: spanText(job.graceMs),
    overlap: job.overlap,
    timeout: spanText(job.timeoutMs),
    noOutputTimeout: job.noOutputTimeoutMs === null ? '' : spanText(job.noOutputTimeoutMs),
    retries: String(job.retries),
    retryDelay: spanText(job.retryDelayMs),
    onLoss: job.onLoss,
    require: job.require.join('\n'),
    jitter: job.jitterMs === 0 ? '' : spanText(job.jitterMs),
    start: job.startAt ?? '',
    end: job.endAt ?? '',
    maxRuns: job.maxRuns === null ? '' : String(job.maxRuns),
    outputLimit: String(job.outputLimit),
  };
}

const spans = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `1h30m`: a duration as the door reads it. */
export function spanText(ms: number): string {
  let rest = ms;
  const parts = spans.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.join('') || '0s';
}

/** What a field that was emptied means where no word of the door says so: what a new job gets. */
export const usual = { agent: 'built-in', expect: '2xx', outputLimit: 10_485_760 } as const;

/** The wish that a draft is: what was said for a new job, or what differs from the job as it was. An emptied field is cleared. */
export function wishOf(draft: Draft, was: Draft = emptyDraft): Fields {
  const isNew = (field: keyof Draft): boolean => draft[field] !== was[field];
  const texts = (['name', 'when', 'tz', 'cwd', 'catchUp', 'start', 'end'] as const).filter(isNew);
  const durations = (
    ['grace', 'timeout', 'noOutputTimeout', 'retryDelay', 'jitter'] as const
  ).filter(isNew);
  const lists = (['deliver', 'onFailure', 'require', 'env'] as const).filter(isNew);
  return {
    ...Object.fromEntries(
      texts.map((field) => [field, draft[field].trim() || (field === 'tz' ? 'none' : '')]),
    ),
    ...Object.fromEntries(durations.map((field) => [field, draft[field].trim() || 'none'])),
    ...Object.fromEntries(lists.map((field) => [field, linesOf(draft[field])])),
    ...workOf(draft, was),
    ...(isNew('overlap')
      ? { overlap: oneOf(['skip', 'queue', 'replace', 'allow'], draft.overlap) }
      : {}),
    ...(isNew('onLoss') ? { onLoss: oneOf(['report', 'rerun'], draft.onLoss) } : {}),
    ...(isNew('retries') ? { retries: Number(draft.retries) } : {}),
    ...(isNew('outputLimit')
      ? { outputLimit: Number(draft.outputLimit.trim() || usual.outputLimit) }
      : {}),
    ...(isNew('maxRuns')
      ? { maxRuns: draft.maxRuns.trim() === '' ? ('none' as const) : Number(draft.maxRuns) }
      : {}),
  };
}

const linesOf = (text: string): string[] => {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? ['none'] : lines;
};

const oneOf = <Word extends string>(words: readonly Word[], text: string): Word | undefined =>
  words.find((word) => word === text);

/** What it does, of the kind that is chosen; the fields of the others count for nothing. */
function workOf(draft: Draft, was: Draft): Fields {
  const { kind, prompt, http, tools, expect } = draft;
  const isNew = (field: keyof Draft): boolean => kind !== was.kind || draft[field] !== was[field];
  switch (kind) {
    case 'command':
      return isNew('command') || isNew('isShell') ? commandOf(draft) : {};
    case 'agent':
      return {
        ...(isNew('prompt') && prompt.trim() !== '' ? { prompt } : {}),
        ...agentOf(draft, was),
        ...(tools !== was.tools ? { tools: linesOf(tools) } : {}),
      };
    case 'http':
      return {
        ...(isNew('http') && http.trim() !== '' ? { http: http.trim() } : {}),
        ...(expect !== was.expect ? { expect: expect.trim() || usual.expect } : {}),
      };
  }
}

/** Who does it. The model of the agent before goes with it; whether one may do without is for the door to say. */
function agentOf(draft: Draft, was: Draft): Pick<Fields, 'agent' | 'model'> {
  const agent = draft.agent.trim() || usual.agent;
  const isOther = agent !== (was.agent.trim() || usual.agent);
  const model = draft.model.trim();
  return {
    ...(isOther ? { agent } : {}),
    ...(model !== was.model && !(isOther && model === '') ? { model: model || 'none' } : {}),
  };
}

/** Whether it says what is to be done. */
export const saysWork = (draft: Draft): boolean =>
  draft[draft.kind === 'agent' ? 'prompt' : draft.kind].trim() !== '';

function commandOf({ command, isShell }: Draft): Pick<Fields, 'command' | 'shell'> {
  if (command.trim() === '') return {};
  if (isShell) return { shell: command };
  const split = splitWords(command);
  return { command: split.kind === 'words' ? [...split.words] : [command], shell: false };
}
