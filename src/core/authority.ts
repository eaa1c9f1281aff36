import type { Action, Job, JobDefinition } from './job.ts';
import {
  isLess,
  type JobAuthority,
  type Maker,
  type Power,
  personal,
  powers,
  trustOf,
} from './maker.ts';
import { sha256 } from './sha256.ts';
import { parseTarget } from './target.ts';

/** Who defines a job now, and what the profile lets them do by themselves. */
export type Making = {
  readonly maker: Maker;
  readonly ceiling: readonly Power[];
  readonly depth: number;
};

export const newAuthority = ({ maker, ceiling, depth }: Making): JobAuthority => ({
  ...personal,
  madeBy: maker,
  changedBy: maker,
  trust: trustOf(maker),
  ceiling,
  depth,
});

/** After somebody defined it anew. Trust only falls, and a person's change leaves what agents were allowed. */
export function redefinedBy(authority: JobAuthority, { maker, ceiling }: Making): JobAuthority {
  const trust = trustOf(maker);
  return {
    ...authority,
    changedBy: maker,
    trust: isLess(trust, authority.trust) ? trust : authority.trust,
    ceiling: trust === 'person' ? authority.ceiling : ceiling,
  };
}

/** Equal for definitions that say the same, whatever the order of their fields. */
export const definitionHash = (definition: JobDefinition): string => sha256(canonical(definition));

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`);
  return `{${parts.join(',')}}`;
}

/** What this definition makes a job do. */
export function powersOf(definition: JobDefinition): readonly Power[] {
  const found = new Set(powersOfAction(definition.action));
  // Variables decide what a program is made of, our worker and its probes too: whoever chooses them runs what they want.
  if (definition.action.kind !== 'command' && Object.keys(definition.env).length > 0)
    found.add('command');
  for (const text of [...definition.deliver, ...definition.onFailure]) {
    const parsed = parseTarget(text);
    const kind = 'why' in parsed ? 'webhook' : parsed.target.kind;
    if (kind === 'command') found.add('command');
    else if (kind !== 'local' && kind !== 'inbox') found.add('http');
  }
  if (definition.ping !== null) found.add('http');
  if (isProtected(definition)) found.add('protected');
  return powers.filter((power) => found.has(power));
}

function powersOfAction(action: Action): readonly Power[] {
  switch (action.kind) {
    case 'command':
      return [action.shell ? 'shell' : 'command'];
    case 'agent':
      return [
        ...powersOfAgent(action.agent),
        ...(action.gate === null ? [] : ['shell' as const]),
        ...action.tools.map((tool) => powersOfTools.get(tool) ?? 'command'),
      ];
    case 'http':
      return action.allow.length === 0 ? ['http'] : ['http', 'protected'];
  }
}

const powersOfAgent = (agent: string): readonly Power[] => {
  if (agent === 'built-in') return [];
  return [agent.startsWith('command:') ? 'shell' : 'command'];
};

/** A tool that is not known here may do what a command may. */
const powersOfTools: ReadonlyMap<string, Power> = new Map([
  ['shell', 'shell'],
  ['fetch', 'http'],
  ['read-file', 'protected'],
]);

/** Requirements that any process can meet that runs commands at all. */
const freeNeeds: ReadonlySet<string> = new Set(['readable', 'writable', 'command', 'env']);

const isProtected = (definition: JobDefinition): boolean =>
  definition.requirements.some(({ kind }) => !freeNeeds.has(kind)) ||
  JSON.stringify(definition).includes('${secret:');

/** What a person must approve before it may run; none when nothing is in its way. */
export function unapproved({
  authority,
  definition,
}: Pick<Job, 'authority' | 'definition'>): readonly Power[] {
  if (authority.trust === 'person') return [];
  const beyond = powersOf(definition).filter((power) => !authority.ceiling.includes(power));
  if (beyond.length === 0 || authority.approval === null) return beyond;
  return authority.approval.hash === definitionHash(definition) ? [] : beyond;
}

/** Asked before each start, whatever state the job is in. */
export const mayRun = (job: Pick<Job, 'authority' | 'definition'>): boolean =>
  unapproved(job).length === 0;

const powerWords: Readonly<Record<Power, string>> = {
  command: 'run a command',
  shell: 'run a line in a shell',
  http: 'speak to servers',
  protected: 'use what is protected',
};

const makerWords = ({ kind, name, run }: Maker): string =>
  run === null ? `the ${kind} ${name}` : `${name} inside the run ${run}`;

/** Why a job may not run, as a reason and in words; null when it may. */
export function whyUnapproved(job: Pick<Job, 'authority' | 'definition'>): {
  readonly code: 'approval_pending' | 'approval_stale';
  readonly message: string;
} | null {
  const beyond = unapproved(job);
  if (beyond.length === 0) return null;
  const what = beyond.map((power) => powerWords[power]).join(', ');
  const { madeBy, changedBy, approval } = job.authority;
  if (approval !== null) {
    const message = `The job was changed by ${makerWords(changedBy)} since a person approved it, and may not ${what} until one approves it again`;
    return { code: 'approval_stale', message };
  }
  const by =
    trustOf(madeBy) === 'person'
      ? `changed by ${makerWords(changedBy)}`
      : `made by ${makerWords(madeBy)}`;
  const message = `The job was ${by} and may not ${what} until a person approves it`;
  return { code: 'approval_pending', message };
}

/** What agents and the chat may do by themselves in a profile. Only a person changes it. */
export type AgentPolicy = {
  readonly may: readonly Power[];
  /** Jobs of theirs in a profile that are not done. */
  readonly maxJobs: number;
  /** How many runs deep a job may be made inside runs; 0: not at all. */
  readonly maxDepth: number;
};

/** Reads a list of powers: each a power for every profile, or `PROFILE/power` for one. */
export function allowedPowers(text: string, profile: string): readonly Power[] {
  const words = new Set(text.split(/[\s,]+/));
  return powers.filter((power) => words.has(power) || words.has(`${profile}/${power}`));
}

/** Whether a word of such a list means a power. */
export const namesPower = (word: string): boolean =>
  powers.some((power) => power === word.split('/').at(-1));
