import type { AgentLimits, AgentWork } from './work.ts';

/** Who may do the thinking of a job: our own agent, or a program. */
export type AgentProgram = 'built-in' | 'claude' | 'codex' | 'hermes' | 'openclaw' | 'command';

/** How agents are named. `command:LINE` is a line for /bin/sh that reads the prompt from its standard input. */
export const agentForms = 'built-in, claude, codex, hermes, openclaw, openclaw:ID, command:LINE';

/** Null when there is no such agent. `detail` is what stands behind the colon. */
export function readAgentName(
  text: string,
): { readonly program: AgentProgram; readonly detail: string | null } | null {
  const line = /^command:(.*\S.*)$/s.exec(text)?.[1];
  if (line !== undefined) return { program: 'command', detail: line };
  const id = /^openclaw:([\w.-]+)$/.exec(text)?.[1];
  if (id !== undefined) return { program: 'openclaw', detail: id };
  const plain = (['built-in', 'claude', 'codex', 'hermes', 'openclaw'] as const).find(
    (name) => name === text,
  );
  return plain === undefined ? null : { program: plain, detail: null };
}

/** What an agent can be given by name, and which limits can be kept by what it says of itself. */
type Abilities = {
  readonly tools: RegExp;
  readonly keeps: readonly (keyof AgentLimits)[];
};

const anyName = /^[A-Za-z][\w-]*$/;
const nothing = /(?!)/;

const abilities: Readonly<Record<AgentProgram, Abilities>> = {
  'built-in': {
    tools: /^(?:shell|read-file|fetch(?::\S+)?)$/,
    keeps: ['tokens', 'costMicroUsd', 'toolCalls'],
  },
  claude: { tools: anyName, keeps: ['tokens', 'costMicroUsd', 'toolCalls'] },
  codex: { tools: /^shell$/, keeps: ['toolCalls'] },
  hermes: { tools: anyName, keeps: [] },
  openclaw: { tools: nothing, keeps: [] },
  command: { tools: nothing, keeps: [] },
};

const namesOfLimits = {
  tokens: ['maxTokens', 'a limit of tokens'],
  costMicroUsd: ['maxCost', 'a limit of cost'],
  toolCalls: ['maxToolCalls', 'a limit of tool calls'],
} as const;

/** Why work cannot be done by the agent that it names; null when it can. `field` is what a person would change. */
export function whyNotAble(
  work: Pick<AgentWork, 'agent' | 'tools' | 'limits'>,
): { readonly field: string; readonly why: string } | null {
  const named = readAgentName(work.agent);
  if (named === null) return { field: 'agent', why: `There is no agent "${work.agent}".` };
  const { program } = named;
  const { tools, keeps } = abilities[program];
  const tool = work.tools.find((name) => !tools.test(name));
  if (tool !== undefined)
    return { field: 'tools', why: `The tool "${tool}" cannot be given to ${program} by name.` };
  const unkept = (['tokens', 'costMicroUsd', 'toolCalls'] as const).find(
    (name) => work.limits[name] !== null && !keeps.includes(name),
  );
  if (unkept === undefined) return null;
  const [field, words] = namesOfLimits[unkept];
  return { field, why: `The agent ${program} tells too little to keep ${words}.` };
}

const usualTokens = 500_000;
const usualToolCalls = 50;

/** Limits that nobody set, as far as the agent can keep them. What a model costs is not known of every model, so no cost is assumed. */
export function usualLimits(agent: string): AgentLimits {
  const program = readAgentName(agent)?.program;
  const keeps = program === undefined ? [] : abilities[program].keeps;
  return {
    tokens: keeps.includes('tokens') ? usualTokens : null,
    costMicroUsd: null,
    toolCalls: keeps.includes('toolCalls') ? usualToolCalls : null,
  };
}

/** `provider/model`: what comes after the first slash is the provider's own name for it. */
export const isModel = (text: string): boolean =>
  /^[a-z0-9][a-z0-9._-]{0,62}\/\S{1,200}$/i.test(text);
