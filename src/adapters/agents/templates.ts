import { readAgentName, whyNotAble } from '../../core/agent.ts';
import type { AgentWork } from '../../core/work.ts';
import { listenToClaude } from './claude.ts';
import { listenToCodex } from './codex.ts';
import type { Listener } from './listener.ts';
import { type Ending, failed, type Session } from './session.ts';

/** How a program is started as an agent. */
export type Template = {
  readonly argv: readonly string[];
  /** Else the prompt is in the file alone. */
  readonly isFromStdin: boolean;
  /** Null: its output is its answer. */
  readonly listen: ((session: Session) => Listener) | null;
};

/**
 * How the agent of this work is started: `claude`, `codex`, `hermes`, `openclaw` (or `openclaw:AGENT`), or `command:LINE`, a line for
 * /bin/sh. Prompts are never arguments: they are too long for it, and everybody on the machine can read those.
 *
 * @param file the prompt, for programs that read one
 */
export function templateFor(work: AgentWork, file: string): Template | Ending {
  const wrong = whyNotAble(work);
  if (wrong !== null)
    return failed(wrong.field.startsWith('max') ? 'agent_failed' : 'not_in_this_build', wrong.why);
  const { program, detail } = readAgentName(work.agent) ?? { program: 'built-in', detail: null };
  switch (program) {
    case 'claude':
      return claude(work);
    case 'codex':
      return codex(work);
    case 'hermes':
      return hermes(work, file);
    case 'openclaw':
      return openclaw(work, file, detail ?? 'main');
    case 'command':
      return { ...plain(['/bin/sh', '-c', detail ?? '']), isFromStdin: true };
    case 'built-in':
      return failed('not_in_this_build', 'The built-in agent is no program.');
  }
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

function claude(work: AgentWork): Template {
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
    listen: listenToClaude,
  };
}

function codex(work: AgentWork): Template {
  const model = modelOf(work);
  const sandbox = work.tools.length > 0 ? 'workspace-write' : 'read-only';
  const named = model === null ? [] : ['--model', model.id];
  const options = ['--json', '--sandbox', sandbox, '--skip-git-repo-check', ...named];
  return {
    argv: ['codex', 'exec', ...options, '-'],
    isFromStdin: true,
    listen: listenToCodex,
  };
}

function hermes(work: AgentWork, file: string): Template {
  const model = modelOf(work);
  const named = model === null ? [] : ['--provider', model.provider, '--model', model.id];
  const tools = work.tools.length === 0 ? [] : ['--toolsets', work.tools.join(',')];
  return plain(['hermes', 'chat', '-Q', '--query-file', file, ...named, ...tools]);
}

function openclaw(work: AgentWork, file: string, id: string): Template {
  const named = work.model === null ? [] : ['--model', work.model];
  return plain(['openclaw', 'agent', '--local', '--agent', id, '--message-file', file, ...named]);
}

/** A program that says nothing of itself but its answer. */
const plain = (argv: readonly string[]): Template => ({
  argv,
  isFromStdin: false,
  listen: null,
});
