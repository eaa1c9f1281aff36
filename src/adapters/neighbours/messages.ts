import type { Socket } from 'node:net';
import type { CommandLook, Hindrance } from '../../core/probe.ts';
import type { Trouble } from '../../core/readiness.ts';
import { reasonCodes } from '../../core/refusal.ts';
import type { LoopAnswer } from '../../ports/neighbours.ts';

/** One line each way. `watch` is answered and then the connection stays. `busy` says: alive, but too many connections. */
export type Question =
  | { readonly kind: 'ask' | 'poke' | 'watch' | 'environment' }
  | { readonly kind: 'examine'; readonly look: CommandLook };
export type Reply =
  | { readonly kind: 'answer'; readonly answer: LoopAnswer }
  | { readonly kind: 'environment'; readonly names: Readonly<Record<string, string>> }
  | { readonly kind: 'examined'; readonly hindrance: Hindrance | null }
  | { readonly kind: 'ok' }
  | { readonly kind: 'watching' }
  | { readonly kind: 'busy' };

/** The longest line either side accepts; only an environment may be longer, as the kernel lets it be. */
export const longestLineBytes = 4_096;
export const longestEnvironmentBytes = 4 * 1024 * 1024;
/** A command has a folder and a PATH. */
export const longestQuestionBytes = 64 * 1024;

const plain = ['ask', 'poke', 'watch', 'environment'] as const;

export const toLine = (value: object): string => `${JSON.stringify(value)}\n`;

/** The question in one line, or null when it is none. */
export function readQuestion(line: string): Question | null {
  const fields = fieldsOf(line);
  const kind = fields?.get('kind');
  if (kind === 'examine') {
    const look = toLook(fields?.get('look'));
    return look && { kind, look };
  }
  const known = plain.find((one) => one === kind);
  return known === undefined ? null : { kind: known };
}

function toLook(value: unknown): CommandLook | null {
  const fields = toFields(value);
  const [program, cwd] = [fields?.get('program'), fields?.get('cwd')];
  const [word, path] = [fields?.get('word'), fields?.get('path')];
  if (typeof program !== 'string' || typeof cwd !== 'string') return null;
  if (!isTextOrNull(word) || !isTextOrNull(path)) return null;
  return { program, word, cwd, path };
}

const isTextOrNull = (value: unknown): value is string | null =>
  value === null || typeof value === 'string';

/** The reply in one line, or null when it is none. */
export function readReply(line: string): Reply | null {
  const fields = fieldsOf(line);
  const kind = fields?.get('kind');
  if (kind === 'ok' || kind === 'watching' || kind === 'busy') return { kind };
  if (kind === 'environment') return toEnvironment(fields?.get('names'));
  if (kind === 'examined') {
    const found = fields?.get('hindrance');
    const hindrance = toTrouble(found);
    return found !== null && hindrance === null ? null : { kind, hindrance };
  }
  if (kind !== 'answer') return null;
  const answer = toLoopAnswer(fields?.get('answer'));
  return answer && { kind, answer };
}

function toEnvironment(value: unknown): Reply | null {
  const names: [string, string][] = [];
  for (const [name, text] of toFields(value) ?? []) {
    if (typeof text !== 'string') return null;
    names.push([name, text]);
  }
  return { kind: 'environment', names: Object.fromEntries(names) };
}

function toLoopAnswer(value: unknown): LoopAnswer | null {
  const fields = toFields(value);
  const instanceId = fields?.get('instanceId');
  const profile = fields?.get('profile');
  const epoch = fields?.get('epoch');
  const overdueMs = fields?.get('overdueMs');
  const running = fields?.get('running');
  const queued = fields?.get('queued');
  if (typeof instanceId !== 'string' || typeof profile !== 'string') return null;
  if (epoch !== null && !isNumber(epoch)) return null;
  if (!isNumber(overdueMs) || !isNumber(running) || !isNumber(queued)) return null;
  const trouble = toTrouble(fields?.get('trouble'));
  const answer = { instanceId, profile, epoch, overdueMs, running, queued };
  return trouble === null ? answer : { ...answer, trouble };
}

function toTrouble(value: unknown): Trouble | null {
  const fields = toFields(value);
  const message = fields?.get('message');
  const code = reasonCodes.find((known) => known === fields?.get('code'));
  return code === undefined || typeof message !== 'string' ? null : { code, message };
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

function fieldsOf(line: string): ReadonlyMap<string, unknown> | null {
  try {
    return toFields(JSON.parse(line));
  } catch {
    return null;
  }
}

function toFields(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null;
}

/**
 * Calls `onLine` with the first line that arrives, without its end, or with null when it is too long.
 * Later bytes are thrown away: there is one line each way.
 */
export function readFirstLine(
  socket: Socket,
  onLine: (line: string | null) => void,
  longestBytes = longestLineBytes,
): void {
  const parts: Buffer[] = [];
  let length = 0;
  let done = false;
  const finish = (line: string | null): void => {
    done = true;
    parts.length = 0;
    onLine(line);
  };
  socket.on('data', (part: Buffer) => {
    if (done) return;
    const end = part.indexOf(0x0a);
    length += end < 0 ? part.length : end;
    if (length > longestBytes) return finish(null);
    parts.push(end < 0 ? part : part.subarray(0, end));
    if (end >= 0) finish(Buffer.concat(parts).toString('utf8'));
  });
}
