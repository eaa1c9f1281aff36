import type { AuditAnswer } from '../../../src/operations/answers.ts';
import { sentence } from '../../parts/readiness.tsx';

/** What a change of hands or of the rule comes to, from what was recorded of it. */

const titles: Readonly<Record<string, string>> = {
  'owner.claim': 'Took the profile',
  'owner.preempt': 'Took over from a lower one',
  'owner.release': 'Released the profile',
  'owner.appointed': 'Rule changed',
  'owner.handover_requested': 'Asked to hand over',
};

export const titleOf = ({ kind }: AuditAnswer): string =>
  titles[kind] ?? kind.replace(/^owner\./, '').replaceAll('_', ' ');

export const epochOf = ({ detail }: AuditAnswer): string | null =>
  typeof detail['epoch'] === 'number' ? String(detail['epoch']) : null;

const groundWords: Readonly<Record<string, string>> = {
  free: 'nobody held it',
  ended: 'the one before had ended',
  expired: 'the one before had been silent for too long',
};

const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(String).join(', then ')
      : (JSON.stringify(value) ?? '');

/** Nobody made an instance take or release a profile; of a change of the rule it matters who did. */
export function changeOf(entry: AuditAnswer): {
  readonly words: string;
  readonly actor: string | null;
} {
  const { kind, actor, detail } = entry;
  switch (kind) {
    case 'owner.claim':
    case 'owner.preempt':
      return { words: claimWords(detail), actor: null };
    case 'owner.release':
      return { words: releaseWords(detail), actor: null };
    case 'owner.appointed':
      return { words: ruleWords(detail), actor };
    default:
      return { words: '', actor };
  }
}

function claimWords(detail: AuditAnswer['detail']): string {
  const { role, pid, host, level, service } = detail;
  const named = serviceText(service);
  const ground = textOf(detail['grounds']);
  const parts = [
    `${textOf(role)} ${textOf(pid)} on ${textOf(host)}`,
    named === null ? 'started by hand' : `${named}, ${textOf(level)}`,
    groundWords[ground] ?? ground.replaceAll('-', ' '),
  ];
  return sentence(parts.filter((part) => part !== '').join('; '));
}

const serviceText = (service: unknown): string | null =>
  typeof service === 'object' && service !== null && 'manager' in service && 'unit' in service
    ? `${String(service.manager)}/${String(service.unit)}`
    : null;

function releaseWords({ why, running }: AuditAnswer['detail']): string {
  const runs = typeof running === 'number' && running > 0 ? `; ${running} runs went on` : '';
  return why === undefined ? '' : sentence(`${textOf(why)}${runs}`);
}

function ruleWords({ before, after, reason, force }: AuditAnswer['detail']): string {
  const how = force === true ? ', by force' : '';
  const why = typeof reason === 'string' ? `: ${reason}` : '';
  return `From ${textOf(before)} to ${textOf(after)}${how}${why}.`;
}
