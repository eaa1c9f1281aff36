import {
  APICallError,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  streamText,
  type ToolSet,
} from 'ai';
import { minuteMs } from '../../core/instant.ts';
import { Refusal } from '../../core/refusal.ts';
import type {
  Assistant,
  ChatQuestion,
  ChatSaid,
  ChatTold,
  ToolResult,
} from '../../ports/assistant.ts';
import { openModel } from './model.ts';
import { readModelSettings } from './settings.ts';

/** Questions to the model in one turn. */
const mostQuestions = 12;
/** A question may take so long. */
const longestAnswerMs = 4 * minuteMs;
/** Letters that are stored as one piece; a line that ends is one, too. */
const enough = 200;
/** More of a result is not told to the model; the person sees all of it. */
const longestResult = 8_000;

/**
 * An assistant with a model. All that it can do is call the operations that it is told of; they are answered by the chat, and what comes
 * back begins with the warning, if there is one.
 *
 * @param env how the model is asked, as a worker is told it
 * @throws Refusal when that cannot be
 */
export function modelAssistant(
  name: string,
  env: Readonly<Record<string, string>>,
  told: ChatTold & { readonly note: string; readonly sleep: Sleep },
): Assistant {
  const opened = openModel(name, readModelSettings(env));
  if (opened.kind !== 'open') {
    const why = 'message' in opened ? opened.message : 'The model cannot be asked.';
    throw new Refusal('model_unknown', why);
  }
  const { model } = opened;
  const names = new Map(told.tools.map((tool) => [toolName(tool.name), tool.name]));
  const tools: ToolSet = Object.fromEntries(
    told.tools.map(({ name: operation, summary, input }) => [
      toolName(operation),
      { description: summary, inputSchema: jsonSchema<Record<string, unknown>>({ ...input }) },
    ]),
  );
  return {
    name,
    note: told.note,
    thinks: true,
    async *answer({ text, call, signal }: ChatQuestion) {
      const messages: ModelMessage[] = [
        ...told.earlier.map(messageOf),
        { role: 'user', content: text },
      ];
      for (let question = 0; question < mostQuestions; question += 1) {
        const calls: Call[] = [];
        const ask = { model, tools, instructions: told.instructions, sleep: told.sleep, signal };
        messages.push(...(yield* hear({ ...ask, messages: [...messages], calls })));
        if (calls.length === 0) return;
        for (const { id, tool, input } of calls) {
          const result = await call(names.get(tool) ?? tool, isFields(input) ? input : {});
          messages.push(answerOf(id, tool, result));
        }
      }
      yield 'I asked the model too often for one answer, and stop here.';
    },
  };
}

type Call = { readonly id: string; readonly tool: string; readonly input: unknown };

/** Asks once. Its words are yielded as they come, its calls are added to `calls`. @returns what it said, for the next question */
async function* hear(asked: {
  readonly model: LanguageModel;
  readonly tools: ToolSet;
  readonly instructions: string;
  readonly messages: ModelMessage[];
  readonly calls: Call[];
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}): AsyncGenerator<string, readonly ModelMessage[]> {
  const { model, tools, instructions, messages, calls } = asked;
  const limit = openLimit(asked.sleep);
  try {
    const stream = streamText({
      model,
      instructions,
      messages,
      tools,
      maxRetries: 0,
      abortSignal: AbortSignal.any([asked.signal, limit.signal]),
      providerOptions: { openai: { store: false } },
      onError: () => undefined,
    });
    let pending = '';
    for await (const part of stream.stream) {
      if (part.type === 'error') throw new Error(whyOf(part.error));
      if (part.type === 'tool-call')
        calls.push({ id: part.toolCallId, tool: part.toolName, input: part.input });
      if (part.type !== 'text-delta') continue;
      pending += part.text;
      if (pending.length < enough && !pending.endsWith('\n')) continue;
      yield pending;
      pending = '';
    }
    if (limit.signal.aborted) throw new Error('the model took too long.');
    if (pending.trim() !== '') yield pending;
    const said = await stream.responseMessages;
    // To a call that it cannot read the SDK adds an answer of its own; every call is answered by us.
    return said.filter(({ role }) => role === 'assistant');
  } finally {
    limit.close();
  }
}

type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Aborts when an answer takes too long, unless it is closed before. */
function openLimit(sleep: Sleep): { readonly signal: AbortSignal; close(): void } {
  const late = new AbortController();
  const over = new AbortController();
  void sleep(longestAnswerMs, over.signal).then(() => {
    if (!over.signal.aborted) late.abort();
  });
  return { signal: late.signal, close: () => over.abort() };
}

/** Some servers accept letters, digits, `_` and `-` only. */
const toolName = (operation: string): string => operation.replace('.', '_');

const messageOf = ({ by, text }: ChatSaid): ModelMessage => ({
  role: by === 'person' ? 'user' : 'assistant',
  content: text,
});

function answerOf(id: string, tool: string, result: ToolResult): ModelMessage {
  const data = result.kind === 'card' ? JSON.stringify(result.answer).slice(0, longestResult) : '';
  const value = [result.words, data].filter((part) => part !== '').join('\n');
  const type = result.kind === 'card' ? 'text' : 'error-text';
  const content = { type: 'tool-result', toolCallId: id, toolName: tool } as const;
  return { role: 'tool', content: [{ ...content, output: { type, value } }] };
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function whyOf(error: unknown): string {
  if (APICallError.isInstance(error))
    return `the model could not be asked (${error.statusCode ?? 'no answer'}): ${error.message.slice(0, 200)}`;
  return error instanceof Error ? error.message.slice(0, 200) : 'the model could not be asked.';
}
