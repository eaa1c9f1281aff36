import {
  APICallError,
  type FinishReason,
  type LanguageModel,
  type LanguageModelUsage,
  type ModelMessage,
  streamText,
  type ToolSet,
} from 'ai';
import { roomFor, type Tokens } from '../../core/agent-answer.ts';
import { instructions } from '../../core/agent-prompt.ts';
import { minuteMs } from '../../core/instant.ts';
import { isForLater, judgeModelFailure, readReset } from '../../core/model-failure.ts';
import { type Ending, failed, type Session } from './session.ts';
import { readModelSettings } from './settings.ts';

// The SDK would write its advice to the output of the run.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/** A model is asked with all that was said before. */
export type Question = {
  readonly model: LanguageModel;
  readonly tools: ToolSet;
  readonly messages: readonly ModelMessage[];
  readonly step: number;
};

/** A tool that the model wants to use, and with what. */
export type Call = { readonly id: string; readonly tool: string; readonly input: unknown };

/** What it said: words, or calls, or both; and the same as messages for the next question. */
export type Said = {
  readonly kind: 'said';
  readonly text: string;
  readonly calls: readonly Call[];
  readonly messages: readonly ModelMessage[];
};

/** A model that says nothing for so long is given up. */
export const longestSilenceMs = 4 * minuteMs;

/** Messages of Anthropic must name a longest answer; of a model that it does not know the SDK would take the shortest there is. */
const longestMessage = 32_000;

/**
 * Asks once and listens to the end. Nothing is asked again by itself, and no tool is run here. Whatever goes wrong is an ending: a server
 * that refuses, a stream that is garbage or breaks off, silence, an answer that was cut.
 */
export async function askModel(session: Session, question: Question): Promise<Said | Ending> {
  const { world, meter, transcript, work } = session;
  const { step } = question;
  const { prices } = readModelSettings(world.env);
  const room = roomFor(work.limits, meter.usage(), prices);
  const heard = await listen(session, question, room);
  const tokens = tokensOf(heard, question);
  if (tokens !== null) {
    meter.answered(tokens);
    const { isEstimated, ...counted } = tokens;
    transcript.add({
      kind: 'answered',
      step,
      finish: heard.raw ?? heard.finish,
      ...counted,
      isEstimated,
    });
  }
  if (world.signal.aborted) return { kind: 'stopped', text: heard.text };
  if (heard.isSilent)
    return failed('model_failed', 'The model said nothing for four minutes.', heard.text);
  if (heard.error !== null) return failureOf(heard.error, heard.text, session);
  return judgeFinish(heard, room);
}

type Heard = {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly messages: readonly ModelMessage[];
  readonly finish: FinishReason;
  /** The server's own word for how it ended; null when it said none. */
  readonly raw: string | null;
  readonly usage: LanguageModelUsage | null;
  readonly isRefusal: boolean;
  readonly isSilent: boolean;
  readonly error: unknown;
};

async function listen(session: Session, question: Question, room: number | null): Promise<Heard> {
  const { world, transcript } = session;
  const ear = openEar(world);
  const most = room ?? (readModelSettings(world.env).api === 'anthropic' ? longestMessage : null);
  const stream = streamText({
    model: question.model,
    instructions,
    messages: [...question.messages],
    tools: question.tools,
    maxRetries: 0,
    abortSignal: AbortSignal.any([world.signal, ear.silence]),
    providerOptions: { openai: { store: false } },
    includeRawChunks: true,
    // It comes as a part of the stream, too; without this it would be written to the output.
    onError: () => undefined,
    ...(most === null ? {} : { maxOutputTokens: most }),
  });
  let heard: Heard = nothing;
  const calls: Call[] = [];
  try {
    for await (const part of stream.stream) {
      ear.hears();
      if (part.type === 'text-delta') {
        heard = { ...heard, text: heard.text + part.text };
        transcript.addText(question.step, part.text);
      } else if (part.type === 'tool-call') {
        calls.push({ id: part.toolCallId, tool: part.toolName, input: part.input });
      } else if (part.type === 'raw') {
        if (isRefusal(part.rawValue)) heard = { ...heard, isRefusal: true };
      } else if (part.type === 'finish-step') {
        const { finishReason: finish, rawFinishReason, usage } = part;
        heard = { ...heard, finish, raw: rawFinishReason ?? null, usage };
      } else if (part.type === 'error') heard = { ...heard, error: heard.error ?? part.error };
    }
    const isWhole = heard.error === null && !world.signal.aborted && !ear.silence.aborted;
    const messages = isWhole ? await stream.responseMessages : [];
    // To a call that it cannot read the SDK adds an answer of its own; every call is answered by us.
    const own = messages.filter(({ role }) => role === 'assistant');
    return { ...heard, calls, messages: own, isSilent: ear.silence.aborted };
  } catch (error) {
    return { ...heard, calls, error: heard.error ?? error, isSilent: ear.silence.aborted };
  } finally {
    await ear.close();
  }
}

const nothing: Heard = {
  text: '',
  calls: [],
  messages: [],
  finish: 'other',
  raw: null,
  usage: null,
  isRefusal: false,
  isSilent: false,
  error: null,
};

/** Notices silence: its signal aborts when nothing was heard for too long. */
function openEar(world: Session['world']): {
  hears(): void;
  readonly silence: AbortSignal;
  close(): Promise<void>;
} {
  const silence = new AbortController();
  const over = new AbortController();
  let hasHeard = true;
  const watch = async (): Promise<void> => {
    while (hasHeard && !over.signal.aborted) {
      hasHeard = false;
      await world.sleep(longestSilenceMs, over.signal);
    }
    if (!over.signal.aborted) silence.abort();
  };
  const watched = watch();
  return {
    hears() {
      hasHeard = true;
    },
    silence: silence.signal,
    async close() {
      over.abort();
      await watched;
    },
  };
}

/** The stream of OpenAI says a refusal in a field of its own, which looks like text later. */
function isRefusal(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null || !('choices' in raw)) return false;
  const [first]: readonly unknown[] = Array.isArray(raw.choices) ? raw.choices : [];
  if (typeof first !== 'object' || first === null || !('delta' in first)) return false;
  const { delta } = first;
  return (
    typeof delta === 'object' &&
    delta !== null &&
    'refusal' in delta &&
    typeof delta.refusal === 'string' &&
    delta.refusal !== ''
  );
}

function judgeFinish(heard: Heard, room: number | null): Said | Ending {
  const { text, calls, messages, finish, raw } = heard;
  if (heard.isRefusal || finish === 'content-filter')
    return failed('agent_refused', 'The model refused to answer.', text);
  if (finish === 'length') {
    if (room === null)
      return failed(
        'model_failed',
        'The answer was cut at the longest that the model gives.',
        text,
      );
    return failed('token_limit', 'The answer was cut where the limit of this job is.', text);
  }
  // Servers of one's own have words of their own for a good end; without any word the stream broke off.
  if (raw === null || finish === 'error' || finish === 'interrupted')
    return failed('model_failed', 'The stream of the model ended before its answer did.', text);
  return { kind: 'said', text, calls, messages };
}

function failureOf(error: unknown, text: string, { world }: Session): Ending {
  const isCall = APICallError.isInstance(error);
  const status = isCall ? (error.statusCode ?? null) : null;
  const words = [wordsOf(error), isCall ? (error.responseBody ?? '') : ''].join('\n');
  const reason = judgeModelFailure(status === 200 ? null : status, words);
  const headers = isCall ? (error.responseHeaders ?? {}) : {};
  return {
    kind: 'failed',
    reason,
    message: `The model gave no answer${status === null ? '' : ` (${status})`}: ${wordsOf(error)}`,
    text,
    notBefore: isForLater(reason) ? readReset(headers, world.now()) : null,
  };
}

function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (error instanceof Error) {
    const { cause } = error;
    return cause instanceof Error && !error.message.includes(cause.message)
      ? `${error.message} (${cause.message})`
      : error.message;
  }
  return JSON.stringify(error) ?? 'no reason was given';
}

/** About so many bytes of text are a token; fewer, so that what is guessed is rather too much. */
const bytesOfToken = 3;

/** Null when the question was not taken at all. A model that does not count is counted by the length of the texts. */
function tokensOf(
  { usage, text, calls, error }: Heard,
  { messages }: Question,
): (Tokens & { readonly isEstimated: boolean }) | null {
  const { inputTokens, outputTokens } = usage ?? {};
  if (inputTokens !== undefined && outputTokens !== undefined)
    return { inputTokens, outputTokens, isEstimated: false };
  if (error !== null && text === '' && calls.length === 0) return null;
  const guess = (value: unknown): number =>
    Math.ceil(Buffer.byteLength(JSON.stringify(value)) / bytesOfToken);
  return {
    inputTokens: inputTokens ?? guess([instructions, messages]),
    outputTokens: outputTokens ?? guess([text, calls]),
    isEstimated: true,
  };
}
