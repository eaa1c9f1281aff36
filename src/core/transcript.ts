import type { Instant } from './instant.ts';
import type { Usage } from './work.ts';

/**
 * One line of `transcript.jsonl`: what happened in an agent's run, in the order in which it happened. Written as it happens, so that a run
 * that was killed leaves a readable beginning. Secrets are taken out before a line is written.
 */
export type TranscriptEntry =
  | {
      readonly kind: 'prompt';
      readonly agent: string;
      readonly model: string | null;
      /** What it may use, as it was really given. */
      readonly tools: readonly string[];
      readonly text: string;
    }
  | { readonly kind: 'context'; readonly from: string; readonly text: string }
  /** Words of the agent, as they came; several in a row belong together. */
  | { readonly kind: 'text'; readonly step: number; readonly text: string }
  | {
      readonly kind: 'answered';
      readonly step: number;
      readonly finish: string;
      readonly inputTokens: number;
      readonly outputTokens: number;
      /** The model told nothing, and the numbers are taken from the length of the texts. */
      readonly isEstimated: boolean;
    }
  | {
      readonly kind: 'call';
      readonly step: number;
      readonly id: string;
      readonly tool: string;
      readonly input: string;
    }
  | {
      readonly kind: 'result';
      readonly step: number;
      readonly id: string;
      readonly isError: boolean;
      readonly text: string;
    }
  /** What the worker decided: a retry, a limit, a tool that could not be given. */
  | { readonly kind: 'note'; readonly text: string }
  | {
      readonly kind: 'end';
      readonly result: string;
      readonly reason: string | null;
      readonly usage: Usage | null;
    };

/** An entry as it stands in the file. */
export type TranscriptLine = TranscriptEntry & { readonly at: Instant };

const kinds = ['prompt', 'context', 'text', 'answered', 'call', 'result', 'note', 'end'] as const;

/** Its entries, in order. A line that is cut off, or that nobody of ours wrote, is left out. */
export function readTranscript(text: string): readonly TranscriptLine[] {
  return text.split('\n').flatMap((line) => {
    const entry = parsed(line);
    return entry === null ? [] : [entry];
  });
}

function parsed(line: string): TranscriptLine | null {
  try {
    const value: unknown = JSON.parse(line);
    return isLine(value) ? value : null;
  } catch {
    return null;
  }
}

/** The fields that each kind has, by what they hold. */
const shapes: Readonly<Record<TranscriptEntry['kind'], Readonly<Record<string, string>>>> = {
  prompt: { agent: 'string', text: 'string', tools: 'object' },
  context: { from: 'string', text: 'string' },
  text: { text: 'string' },
  answered: { inputTokens: 'number', outputTokens: 'number', isEstimated: 'boolean' },
  call: { tool: 'string', input: 'string' },
  result: { text: 'string', isError: 'boolean' },
  note: { text: 'string' },
  end: { result: 'string' },
};

function isLine(value: unknown): value is TranscriptLine {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = kinds.find((one) => one === fields.get('kind'));
  if (kind === undefined || !Number.isSafeInteger(fields.get('at'))) return false;
  const tools = fields.get('tools');
  if (kind === 'prompt' && !(Array.isArray(tools) && tools.every((one) => typeof one === 'string')))
    return false;
  const usage = fields.get('usage');
  if (kind === 'end' && usage !== null && !isUsage(usage)) return false;
  return Object.entries(shapes[kind]).every(([name, type]) => typeof fields.get(name) === type);
}

function isUsage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { model, costMicroUsd, ...counts } = { model: null, costMicroUsd: null, ...value };
  return (
    (model === null || typeof model === 'string') &&
    (costMicroUsd === null || typeof costMicroUsd === 'number') &&
    ['inputTokens', 'outputTokens', 'toolCalls', 'steps'].every((name) =>
      Number.isSafeInteger(new Map<string, unknown>(Object.entries(counts)).get(name)),
    )
  );
}

/** What was used up to the last line: as the end tells it, else what the answers before it add up to. Null when nothing is told. */
export function usageIn(lines: readonly TranscriptLine[]): Usage | null {
  const last = lines.at(-1);
  if (last?.kind === 'end') return last.usage;
  const model = lines.find((line) => line.kind === 'prompt')?.model ?? null;
  const answers = lines.filter((line) => line.kind === 'answered');
  if (answers.length === 0) return null;
  return {
    model,
    inputTokens: answers.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: answers.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    costMicroUsd: null,
    toolCalls: lines.filter(({ kind }) => kind === 'call').length,
    steps: answers.length,
  };
}
