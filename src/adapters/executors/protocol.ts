import type { ProcessIdentity } from '../../core/provenance.ts';
import type { ReasonCode } from '../../core/refusal.ts';
import { reasonCodes } from '../../core/refusal.ts';
import type { Requirement } from '../../core/requirement.ts';
import type { Hidden } from '../../core/secret.ts';
import type { AttemptKey, LeftAttempt, StartOrder } from '../../ports/executor.ts';

/** How an attempt is called on both sides. */
export const nameOf = ({ runId, number }: AttemptKey): string => `${runId}/${number}`;

/** What the starter can probe. */
export type Probe =
  | Extract<Requirement, { kind: 'readable' | 'writable' | 'command' }>
  /** Whether it could be started as a run's command. */
  | { readonly kind: 'program'; readonly program: string };

/** What the owner tells its starter; one JSON document a line. `id` comes back in the answer. */
export type ToStarter =
  /** `wrapper` is the pid of the spare one that takes the order; null for one that is made for it. */
  | {
      readonly kind: 'prepare';
      readonly id: number;
      readonly order: StartOrder;
      readonly wrapper: number | null;
    }
  | {
      readonly kind: 'go';
      readonly key: AttemptKey;
      readonly deadlineBootMs: number;
      readonly wall: number;
    }
  | { readonly kind: 'abandon'; readonly key: AttemptKey }
  /** So many orders will come at once, soon. */
  | { readonly kind: 'expect'; readonly count: number }
  /** The last thing that an owner says: stay behind with these. Answered by `staying` when every gate is shut. */
  | { readonly kind: 'stay'; readonly left: readonly LeftAttempt[] }
  | {
      readonly kind: 'probe';
      readonly id: number;
      readonly requirement: Probe;
      readonly env: Readonly<Record<string, string>>;
      readonly cwd: string;
    };

/** What the starter tells its owner. `gone`: the wrapper is done; its files say how it ended, if the command left them. */
export type FromStarter =
  /** A wrapper waits for an order, or waits no more. */
  | { readonly kind: 'spare' | 'spent'; readonly pid: number }
  | { readonly kind: 'waiting'; readonly id: number; readonly pid: number }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly reason: ReasonCode;
      readonly message: string;
    }
  | { readonly kind: 'began'; readonly key: AttemptKey; readonly startedAt: number }
  | { readonly kind: 'gone'; readonly key: AttemptKey; readonly hasBegun: boolean }
  | { readonly kind: 'staying' }
  | { readonly kind: 'probed'; readonly id: number; readonly unmet: string | null };

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
const isTextRecord = (value: unknown): value is Record<string, string> =>
  isFields(value) && Object.values(value).every((one) => typeof one === 'string');

class Malformed extends Error {
  override readonly name = 'Malformed';
}

function fields(of: Fields, name: string): Fields {
  const value = of[name];
  if (!isFields(value)) throw new Malformed(`${name} is not an object`);
  return value;
}

function text(of: Fields, name: string): string {
  const value = of[name];
  if (typeof value !== 'string') throw new Malformed(`${name} is not a text`);
  return value;
}

function number(of: Fields, name: string): number {
  const value = of[name];
  if (typeof value !== 'number') throw new Malformed(`${name} is not a number`);
  return value;
}

function textRecord(of: Fields, name: string): Record<string, string> {
  const value = of[name];
  if (!isTextRecord(value)) throw new Malformed(`${name} is not a record of texts`);
  return value;
}

function parseKey(of: Fields): AttemptKey {
  const key = fields(of, 'key');
  return { runId: text(key, 'runId'), number: number(key, 'number') };
}

function parseLeft(of: Fields): readonly LeftAttempt[] {
  const left = of['left'];
  if (!Array.isArray(left)) throw new Malformed('left is not a list');
  return left.map((one: unknown) => {
    if (!isFields(one)) throw new Malformed('left holds what is no object');
    return { key: parseKey(one), process: parseIdentity(fields(one, 'process')) };
  });
}

const parseIdentity = (of: Fields): ProcessIdentity => ({
  machineId: text(of, 'machineId'),
  bootId: text(of, 'bootId'),
  pidNamespace: text(of, 'pidNamespace'),
  pid: number(of, 'pid'),
  startMark: text(of, 'startMark'),
});

function parseOrder(of: Fields): StartOrder {
  const order = fields(of, 'order');
  const argv = order['argv'];
  if (!isTexts(argv)) throw new Malformed('argv is not a list of texts');
  return {
    key: parseKey(order),
    argv,
    env: textRecord(order, 'env'),
    cwd: text(order, 'cwd'),
    timeoutMs: number(order, 'timeoutMs'),
    noOutputTimeoutMs:
      order['noOutputTimeoutMs'] === null ? null : number(order, 'noOutputTimeoutMs'),
    outputLimit: number(order, 'outputLimit'),
    hidden: parseHidden(order['hidden']),
    work: order['work'] === null ? null : text(order, 'work'),
  };
}

function parseHidden(hidden: unknown): readonly Hidden[] {
  if (!Array.isArray(hidden)) throw new Malformed('hidden is not a list');
  return hidden.map((one: unknown) => {
    if (!isFields(one)) throw new Malformed('hidden holds what is no object');
    return { name: text(one, 'name'), value: text(one, 'value') };
  });
}

function parseProbe(of: Fields): Probe {
  const requirement = fields(of, 'requirement');
  const kind = requirement['kind'];
  if (kind === 'command') return { kind, command: text(requirement, 'command') };
  if (kind === 'program') return { kind, program: text(requirement, 'program') };
  if (kind === 'readable' || kind === 'writable') return { kind, path: text(requirement, 'path') };
  throw new Malformed(`there is no probe for ${String(kind)}`);
}

function parse(line: string): Fields {
  const value: unknown = JSON.parse(line);
  if (!isFields(value)) throw new Malformed('not an object');
  return value;
}

/** Throws for anything that an owner of this version would not say. */
export function parseToStarter(line: string): ToStarter {
  const said = parse(line);
  switch (said['kind']) {
    case 'prepare': {
      const wrapper = said['wrapper'] === null ? null : number(said, 'wrapper');
      return { kind: 'prepare', id: number(said, 'id'), order: parseOrder(said), wrapper };
    }
    case 'go': {
      const deadlineBootMs = number(said, 'deadlineBootMs');
      return { kind: 'go', key: parseKey(said), deadlineBootMs, wall: number(said, 'wall') };
    }
    case 'abandon':
      return { kind: 'abandon', key: parseKey(said) };
    case 'expect':
      return { kind: 'expect', count: number(said, 'count') };
    case 'stay':
      return { kind: 'stay', left: parseLeft(said) };
    case 'probe': {
      const requirement = parseProbe(said);
      const env = textRecord(said, 'env');
      return { kind: 'probe', id: number(said, 'id'), requirement, env, cwd: text(said, 'cwd') };
    }
    default:
      throw new Malformed('unknown kind');
  }
}

/** Throws for anything that a starter of this version would not say. */
export function parseFromStarter(line: string): FromStarter {
  const said = parse(line);
  switch (said['kind']) {
    case 'spare':
    case 'spent':
      return { kind: said['kind'], pid: number(said, 'pid') };
    case 'waiting':
      return { kind: 'waiting', id: number(said, 'id'), pid: number(said, 'pid') };
    case 'failed': {
      const given = text(said, 'reason');
      const reason = reasonCodes.find((one) => one === given) ?? 'start_failed';
      return { kind: 'failed', id: number(said, 'id'), reason, message: text(said, 'message') };
    }
    case 'began':
      return { kind: 'began', key: parseKey(said), startedAt: number(said, 'startedAt') };
    case 'gone':
      return { kind: 'gone', key: parseKey(said), hasBegun: said['hasBegun'] === true };
    case 'staying':
      return { kind: 'staying' };
    case 'probed': {
      const unmet = said['unmet'] === null ? null : text(said, 'unmet');
      return { kind: 'probed', id: number(said, 'id'), unmet };
    }
    default:
      throw new Malformed('unknown kind');
  }
}
