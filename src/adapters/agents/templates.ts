import type { AgentLimits, AgentWork } from '../../core/work.ts';
import { listenToClaude } from './claude.ts';
import { listenToCodex } from './codex.ts';
import type { Listener } from './listener.ts';
import { type Ending, failed, type Session } from './session.ts';

/** How a program is started as an agent. */
export type Template = {
  readonly argv: readonly string[];
  /** Else the prompt is in the file alone. */
  readonly isFromStdin: boolean;
  /** The limits that can be kept by what it says of itself. */
  readonly keeps: readonly (keyof AgentLimits)[];
  /** Null: its output is its answer. */
  readonly listen: ((session: Session) => Listener) | null;
};

const commandPrefix = 'command:';

/**
 * How the agent of this work is started: `claude`, `codex`, `hermes`, `openclaw` (or `openclaw:AGENT`), or `command:LINE`, a line for
 * /bin/sh. Prompts are never arguments: they are too long for it, and everybody on the machine can read those.
 *
 * @param file the prompt, for programs that read one
 */
export function templateFor(work: AgentWork, file: string): Template | Ending {
  const { agent } = work;
  if (agent === 'claude') return claude(work);
  if (agent === 'codex') return codex(work);
  if (agent === 'hermes') return hermes(work, file);
  const [, id = null] = /^openclaw(?::([\w.-]+))?$/.exec(agent) ?? [];
  if (id !== null || agent === 'openclaw') return openclaw(work, file, id ?? 'main');
  if (agent.startsWith(commandPrefix)) return command(work, agent.slice(commandPrefix.length));
  return failed('not_in_this_build', `There is no agent "${agent}".`);
}

const modelOf = ({
  model,
}: AgentWork): { readonly provider: string; readonly id: string } | null => {
  const [, provider = '', id = ''] = /^([^/]+)\/(.+)$/.exec(model ?? '') ?? [];
  return id === '' ? null : { provider, id };
};

const claudeNames: ReadonlyMap<string, string> = new Map([
  ['shell', 'Bash'],
  ['read-file', 'Read'],
  ['fetch', 'WebFetch'],
]);

function claude(work: AgentWork): Template | Ending {
  const unknown = work.tools.find((name) => !/^[A-Za-z][\w-]*$/.test(name));
  if (unknown !== undefined) return notGiven('claude', unknown);
  const tools = work.tools.map((name) => claudeNames.get(name) ?? name).join(',');
  const model = modelOf(work);
  const { costMicroUsd } = work.limits;
  const stream = ['claude', '-p', '--output-format', 'stream-json', '--verbose'];
  return {
    argv: [
      ...stream,
      '--strict-mcp-config',
      '--tools',
      tools,
      ...(tools === '' ? [] : ['--allowedTools', tools]),
      ...(model === null ? [] : ['--model', model.id]),
      ...(costMicroUsd === null ? [] : ['--max-budget-usd', String(costMicroUsd / 1_000_000)]),
    ],
    isFromStdin: true,
    keeps: ['tokens', 'costMicroUsd', 'toolCalls'],
    listen: listenToClaude,
  };
}

function codex(work: AgentWork): Template | Ending {
  const unknown = work.tools.find((name) => name !== 'shell');
  if (unknown !== undefined) return notGiven('codex', unknown);
  const model = modelOf(work);
  const sandbox = work.tools.length > 0 ? 'workspace-write' : 'read-only';
  const named = model === null ? [] : ['--model', model.id];
  const options = ['--json', '--sandbox', sandbox, '--skip-git-repo-check', ...named];
  return {
    argv: ['codex', 'exec', ...options, '-'],
    isFromStdin: true,
    keeps: ['toolCalls'],
    listen: listenToCodex,
  };
}

function hermes(work: AgentWork, file: string): Template {
  const model = modelOf(work);
  const named = model === null ? [] : ['--provider', model.provider, '--model', model.id];
  const tools = work.tools.length === 0 ? [] : ['--toolsets', work.tools.join(',')];
  return plain(['hermes', 'chat', '-Q', '--query-file', file, ...named, ...tools]);
}

function openclaw(work: AgentWork, file: string, id: string): Template | Ending {
  const [unknown] = work.tools;
  if (unknown !== undefined) return notGiven('openclaw', unknown);
  const named = work.model === null ? [] : ['--model', work.model];
  return plain(['openclaw', 'agent', '--local', '--agent', id, '--message-file', file, ...named]);
}

function command(work: AgentWork, line: string): Template | Ending {
  const [unknown] = work.tools;
  if (unknown !== undefined) return notGiven('a command', unknown);
  return { ...plain(['/bin/sh', '-c', line]), isFromStdin: true };
}

/** A program that says nothing of itself but its answer. */
const plain = (argv: readonly string[]): Template => ({
  argv,
  isFromStdin: false,
  keeps: [],
  listen: null,
});

const notGiven = (agent: string, tool: string): Ending =>
  failed('not_in_this_build', `The tool "${tool}" cannot be given to ${agent} by name.`);
