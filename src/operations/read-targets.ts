import type { JobDefinition } from '../core/job.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import { parseTarget, targetForms } from '../core/target.ts';
import type { OperationContext } from './operation.ts';
import { isNone } from './values.ts';

type Said = {
  readonly deliver?: readonly string[] | undefined;
  readonly onFailure?: readonly string[] | undefined;
  readonly ping?: string | undefined;
};

type Tells = Pick<JobDefinition, 'deliver' | 'onFailure' | 'ping'>;

/** @throws Refusal `deliver_unknown` for what nothing can be sent to from here; its details name the field */
export function readTells(
  context: OperationContext,
  { deliver, onFailure, ping }: Said,
  before: Tells,
): Tells {
  return {
    deliver: deliver === undefined ? before.deliver : readTargets(context, 'deliver', deliver),
    onFailure:
      onFailure === undefined ? before.onFailure : readTargets(context, 'onFailure', onFailure),
    ping: ping === undefined ? before.ping : readPing(context, ping),
  };
}

function readTargets(
  context: OperationContext,
  field: 'deliver' | 'onFailure',
  list: readonly string[],
): readonly string[] {
  const wanted = list.length === 1 && isNone(list[0]) ? [] : list.map((text) => text.trim());
  for (const text of wanted) requireTarget(context, field, text, text);
  return [...new Set(wanted)];
}

function readPing(context: OperationContext, text: string): string | null {
  if (isNone(text)) return null;
  requireTarget(context, 'ping', text, `ping:${text.trim()}`);
  return text.trim();
}

function requireTarget(
  context: OperationContext,
  field: string,
  shown: string,
  target: string,
): void {
  const parsed = parseTarget(target);
  const isWritable = 'target' in parsed && (parsed.target.kind !== 'ping' || field === 'ping');
  if (!isWritable) {
    const why = 'why' in parsed ? parsed.why : 'it is given with --ping';
    const there = field === 'ping' ? 'an address such as https://hc-ping.com/KEY' : targetForms;
    throw new Refusal(
      'deliver_unknown',
      `${field}: nothing can be sent to "${shown.slice(0, 200)}": ${why}. There is ${there}.`,
      {
        remedy: advice('Leave it out, or write one of these.'),
        details: { field, available: there },
      },
    );
  }
  const no = context.targets.whyNot(parsed.target);
  if (no !== null)
    throw new Refusal('deliver_unknown', `${field}: ${no.message}`, {
      remedy: command(no.remedy),
      details: { field },
    });
}
