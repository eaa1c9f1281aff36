/** Who may do the thinking of a job: our own agent, a program that is known, or any program that reads a prompt. */
export const agentNames = ['built-in', 'claude', 'codex', 'hermes', 'openclaw', 'command'] as const;

export type AgentName = (typeof agentNames)[number];

export const isAgentName = (text: string): text is AgentName =>
  agentNames.some((name) => name === text);

/** `provider/model`: what comes after the first slash is the provider's own name for it. */
export const isModel = (text: string): boolean =>
  /^[a-z0-9][a-z0-9._-]{0,62}\/\S{1,200}$/i.test(text);

/** Limits of a run that nobody set. What a model costs is not known of every model, so no limit is assumed of it. */
export const usualLimits = { tokens: 500_000, costMicroUsd: null, toolCalls: 50 } as const;
