import type { AgentLimits, AgentWork, ContextPiece, HttpWork, Work } from './work.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
const isTextRecord = (value: unknown): value is Readonly<Record<string, string>> =>
  isFields(value) && Object.values(value).every((one) => typeof one === 'string');

/**
 * Reads the document that a worker was given.
 *
 * @throws Error for anything that an owner of this version would not write; its message names what is wrong, never a value
 */
export function readWork(document: string): Work {
  const work: unknown = JSON.parse(document);
  if (!isFields(work)) throw new Error('The work is not an object.');
  if (work['kind'] === 'agent') return readAgentWork(work);
  if (work['kind'] === 'http') return readHttpWork(work);
  throw new Error('The kind of the work is not known.');
}

const readAgentWork = (of: Fields): AgentWork => ({
  kind: 'agent',
  prompt: text(of, 'prompt'),
  agent: text(of, 'agent'),
  model: textOrNull(of, 'model'),
  tools: texts(of, 'tools'),
  limits: readLimits(of['limits']),
  context: list(of, 'context').map(readPiece),
  gate: textOrNull(of, 'gate'),
});

const readHttpWork = (of: Fields): HttpWork => ({
  kind: 'http',
  method: text(of, 'method'),
  url: text(of, 'url'),
  headers: textRecord(of, 'headers'),
  body: textOrNull(of, 'body'),
  expect: text(of, 'expect'),
  allow: texts(of, 'allow'),
  maxBytes: number(of, 'maxBytes'),
});

function readLimits(limits: unknown): AgentLimits {
  if (!isFields(limits)) throw wrong('limits', 'an object');
  return {
    tokens: numberOrNull(limits, 'tokens'),
    costMicroUsd: numberOrNull(limits, 'costMicroUsd'),
    toolCalls: numberOrNull(limits, 'toolCalls'),
  };
}

function readPiece(piece: unknown): ContextPiece {
  if (!isFields(piece)) throw wrong('context', 'a list of objects');
  return { from: text(piece, 'from'), text: text(piece, 'text') };
}

const wrong = (name: string, what: string): Error => new Error(`"${name}" is not ${what}.`);

function text(of: Fields, name: string): string {
  const value = of[name];
  if (typeof value !== 'string') throw wrong(name, 'a text');
  return value;
}

function number(of: Fields, name: string): number {
  const value = of[name];
  if (typeof value !== 'number') throw wrong(name, 'a number');
  return value;
}

const textOrNull = (of: Fields, name: string): string | null =>
  of[name] === null ? null : text(of, name);
const numberOrNull = (of: Fields, name: string): number | null =>
  of[name] === null ? null : number(of, name);

function list(of: Fields, name: string): readonly unknown[] {
  const value = of[name];
  if (!Array.isArray(value)) throw wrong(name, 'a list');
  return value;
}

function texts(of: Fields, name: string): readonly string[] {
  const value = of[name];
  if (!isTexts(value)) throw wrong(name, 'a list of texts');
  return value;
}

function textRecord(of: Fields, name: string): Readonly<Record<string, string>> {
  const value = of[name];
  if (!isTextRecord(value)) throw wrong(name, 'a record of texts');
  return value;
}
