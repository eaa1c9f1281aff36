import { agentForms, isModel, usualLimits, whyNotAble } from '../core/agent.ts';
import { parseHttpWork } from '../core/http-job.ts';
import type { Action, AgentAction, CommandAction, HttpAction, JobDefinition } from '../core/job.ts';
import type { AgentLimits } from '../core/work.ts';
import { contextReader } from './context-names.ts';
import type { JobFields } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { usualModel } from './usual-model.ts';
import { badValue, clearable, isNone, texts, valueless } from './values.ts';

const agentFields = [
  'agent',
  'model',
  'tools',
  'contextFrom',
  'gate',
  'maxTokens',
  'maxCost',
  'maxToolCalls',
] as const;
const httpFields = ['headers', 'body', 'expect', 'allow', 'maxBytes'] as const;

/** `contextFrom`: ids that were read before. */
type Manner = {
  readonly isPaused: boolean;
  readonly contextFrom?: readonly string[] | undefined;
};

/**
 * What these fields say that a job does. A command, a prompt or an address decides which kind of work it is; without any of them it
 * stays what it was.
 *
 * @throws Refusal whose details name the field
 */
export async function readAction(
  context: OperationContext,
  fields: JobFields,
  { present, isPaused, contextFrom }: Manner & { readonly present: Action | null },
): Promise<Action> {
  const kind = kindOf(fields, present);
  refuseOthers(fields, kind);
  switch (kind) {
    case 'command':
      return readCommand(fields, present?.kind === 'command' ? present : null);
    case 'agent':
      return readAgent(context, fields, {
        present: present?.kind === 'agent' ? present : null,
        isPaused,
        contextFrom,
      });
    case 'http':
      return readHttp(fields, present?.kind === 'http' ? present : null);
  }
}

function kindOf(fields: JobFields, present: Action | null): Action['kind'] {
  const { prompt, http, shell, command } = fields;
  if (prompt !== undefined && http !== undefined)
    throw badValue('http', 'Give either a prompt for an agent or an address to call, not both.');
  if (prompt !== undefined) return 'agent';
  if (http !== undefined) return 'http';
  if (typeof shell === 'string') return 'command';
  return command !== undefined ? 'command' : (present?.kind ?? 'command');
}

/** A field that would do nothing is a mistake. */
function refuseOthers(fields: JobFields, kind: Action['kind']): void {
  const ofAgent =
    kind === 'agent' ? undefined : agentFields.find((name) => fields[name] !== undefined);
  if (ofAgent !== undefined)
    throw badValue(ofAgent, `${ofAgent}: only a job with a prompt has it.`, promptHint);
  const ofHttp =
    kind === 'http' ? undefined : httpFields.find((name) => fields[name] !== undefined);
  if (ofHttp !== undefined)
    throw badValue(ofHttp, `${ofHttp}: only a job that calls an address has it.`, httpHint);
  if (kind !== 'command' && fields.shell !== undefined && fields.shell !== false)
    throw badValue('shell', 'A line for a shell cannot come with a prompt or an address.');
  if (kind !== 'command' && fields.command !== undefined)
    throw badValue(
      'command',
      'A command cannot come with a prompt or an address.',
      'A program that reads the prompt is an agent: --agent "command:LINE".',
    );
}

const promptHint =
  'For example: cronkeeper add "every weekday at 9am" "Summarise ./notes" --model openai/gpt-5';
const httpHint = 'For example: cronkeeper add "every 1h" --http "POST https://example.com/hook"';

function readCommand(fields: JobFields, present: CommandAction | null): CommandAction {
  const { command, shell } = fields;
  if (typeof shell === 'string') {
    if (command !== undefined && command.length > 0)
      throw badValue('shell', 'Give either a command or a line for the shell, not both.');
    return checkedCommand([shell], true);
  }
  if (command === undefined || command.length === 0) {
    if (present === null || command !== undefined) throw missingCommand();
    return shell === undefined
      ? present
      : checkedCommand(
          present.argv,
          shell,
          // One line cannot become a program with arguments by itself, nor the other way round.
          present.shell !== shell,
        );
  }
  if (shell !== true) return checkedCommand(command, false);
  return checkedCommand([command.join(' ')], true);
}

function checkedCommand(
  argv: readonly string[],
  shell: boolean,
  needsCommand = false,
): CommandAction {
  if (needsCommand)
    throw badValue('shell', 'To change between command and shell, give the command.');
  return { kind: 'command', argv: checkedWords(argv), shell };
}

function checkedWords(argv: readonly string[]): readonly string[] {
  if ((argv[0] ?? '').trim() === '') throw missingCommand();
  if (argv.some((part) => part.includes('\0')))
    throw badValue('command', 'A command cannot contain NUL.');
  return argv;
}

const missingCommand = () =>
  badValue(
    'command',
    'A job needs a command, a prompt or an address to call.',
    'Give a command after "--", for example: cronkeeper add "every weekday at 9am" -- ./report.sh',
  );

async function readAgent(
  context: OperationContext,
  fields: JobFields,
  { present, isPaused, contextFrom }: Manner & { readonly present: AgentAction | null },
): Promise<AgentAction> {
  const prompt = fields.prompt ?? present?.prompt ?? '';
  if (prompt.trim() === '') throw badValue('prompt', 'prompt: an agent needs something to do.');
  const agent = fields.agent ?? present?.agent ?? 'built-in';
  const before = present?.agent === agent ? present : null;
  const able = {
    agent,
    tools: fields.tools === undefined ? (before?.tools ?? []) : [...new Set(texts(fields.tools))],
    limits: readLimits(fields, before?.limits ?? usualLimits(agent)),
  };
  const wrong = whyNotAble(able);
  if (wrong !== null)
    throw badValue(wrong.field, `${wrong.field}: ${wrong.why}`, `Agents are ${agentForms}.`);
  return {
    kind: 'agent',
    prompt,
    ...able,
    model: await readModel(context, { agent, isPaused, said: fields.model ?? before?.model }),
    contextFrom:
      contextFrom ??
      (fields.contextFrom === undefined
        ? (present?.contextFrom ?? [])
        : await contextReader(context, [])(texts(fields.contextFrom))),
    gate: readGate(fields, present),
  };
}

function readGate({ gate }: JobFields, present: AgentAction | null): string | null {
  if (gate === undefined) return present?.gate ?? null;
  return isNone(gate) ? null : gate;
}

/**
 * The model is pinned now: a default that is changed later changes no job that is there. A job that is paused may wait for one; it
 * is pinned when the job is resumed.
 */
async function readModel(
  context: OperationContext,
  asked: {
    readonly agent: string;
    readonly isPaused: boolean;
    readonly said: string | null | undefined;
  },
): Promise<string | null> {
  const said = isNone(asked.said ?? null) ? null : (asked.said ?? null);
  if (asked.agent !== 'built-in') return said;
  const text = said ?? (await usualModel(context));
  if (text === null) {
    if (asked.isPaused) return null;
    throw badValue('model', 'An agent needs a model, and none is set.', modelHint);
  }
  if (!isModel(text))
    throw badValue(
      'model',
      `model: "${text}" is no PROVIDER/MODEL.`,
      'Write it as openai/gpt-5 or anthropic/claude-sonnet-4-5.',
    );
  return text;
}

const modelHint =
  'Name one with --model PROVIDER/MODEL, or once for all: cronkeeper config set model PROVIDER/MODEL';

/** Whether a job waits, paused, for a model to be named. */
export const lacksModel = ({ action }: JobDefinition): boolean =>
  action.kind === 'agent' && action.agent === 'built-in' && action.model === null;

/**
 * The definition of a job that waited for a model, with the one that is set now.
 *
 * @throws Refusal when still none is set
 */
export async function withModel(
  context: OperationContext,
  definition: JobDefinition,
): Promise<JobDefinition> {
  const { action } = definition;
  if (action.kind !== 'agent' || !lacksModel(definition)) return definition;
  const { agent } = action;
  const model = await readModel(context, { agent, isPaused: false, said: null });
  return { ...definition, action: { ...action, model } };
}

function readLimits(
  { maxTokens, maxCost, maxToolCalls }: JobFields,
  before: AgentLimits,
): AgentLimits {
  const cost = maxCost === undefined ? undefined : clearable(maxCost);
  return {
    tokens: maxTokens === undefined ? before.tokens : clearable(maxTokens),
    costMicroUsd:
      cost === undefined
        ? before.costMicroUsd
        : cost === null
          ? null
          : Math.round(cost * 1_000_000),
    toolCalls: maxToolCalls === undefined ? before.toolCalls : clearable(maxToolCalls),
  };
}

function readHttp(fields: JobFields, present: HttpAction | null): HttpAction {
  const { body, expect, allow, maxBytes } = fields;
  const { method, url } =
    fields.http === undefined && present !== null ? present : readAddress(fields.http ?? '');
  const read = parseHttpWork({
    url,
    method,
    headers:
      fields.headers === undefined
        ? present?.headers
        : readHeaders(texts(fields.headers), present?.headers ?? {}),
    body: body === undefined ? present?.body : isNone(body) ? null : body,
    expect: expect ?? present?.expect,
    allow: allow === undefined ? present?.allow : texts(allow),
    maxBytes: maxBytes ?? present?.maxBytes,
  });
  if ('work' in read) return read.work;
  const field = read.field === 'url' || read.field === 'method' ? 'http' : read.field;
  throw badValue(field, `${field}: ${read.why}.`, httpHint);
}

/** `POST https://…`, or an address alone. */
function readAddress(text: string): { readonly method: string | undefined; readonly url: string } {
  const [, method, url = ''] = /^(?:([A-Za-z-]+)\s+)?(.*)$/s.exec(text.trim()) ?? [];
  if (url === '') throw badValue('http', 'http: it needs an address.', httpHint);
  return { method, url };
}

/** `NAME: VALUE` each. A bare `NAME` keeps the value that the job has. Messages never show a value. */
function readHeaders(
  lines: readonly string[],
  known: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const cut = line.indexOf(':');
    const name = (cut < 0 ? line : line.slice(0, cut)).trim().toLowerCase();
    const value = cut < 0 ? known[name] : line.slice(cut + 1);
    if (value === undefined) throw valueless('headers', `"${name}: VALUE"`, name);
    if (headers.has(name)) throw badValue('headers', `headers: ${name} stands there twice.`);
    headers.set(name, value);
  }
  return Object.fromEntries(headers);
}
