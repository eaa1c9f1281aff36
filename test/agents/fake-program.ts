import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Fields, record } from './records.ts';

/** What a double of a program does: prints its lines one after the other, and ends or stays. */
export type Part = {
  readonly lines: readonly (string | object)[];
  readonly errors?: string;
  readonly code?: number;
  /** Stays until it is ended. */
  readonly stays?: boolean;
};

/** How it was started. */
export type Started = {
  readonly argv: readonly string[];
  readonly input: string;
  readonly env: Fields;
  /** What stands in the file that its last argument of this kind, or its environment, names. */
  readonly prompt: string;
};

const program = (told: string, seen: string): string => `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const told = JSON.parse(readFileSync(${JSON.stringify(told)}, 'utf8'));
const input = readFileSync(0, 'utf8');
const file = process.env.CRONKEEPER_PROMPT_FILE;
const prompt = file === undefined ? '' : readFileSync(file, 'utf8');
const { env } = process;
writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ argv: process.argv.slice(2), input, env, prompt }));
for (const line of told.lines)
  process.stdout.write((typeof line === 'string' ? line : JSON.stringify(line)) + '\\n');
process.stderr.write(told.errors ?? '');
process.exitCode = told.code ?? 0;
if (told.stays) setInterval(() => undefined, 1000);
`;

/** Puts a double of a program where the worker finds it. @returns its PATH, and how it was started */
export function installFake(
  t: TestContext,
  name: string,
  part: Part,
): { readonly path: string; started(): Started } {
  const top = mkdtempSync(join(tmpdir(), 'cronkeeper-program-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const [bin, told, seen] = [join(top, 'bin'), join(top, 'told.json'), join(top, 'seen.json')];
  mkdirSync(bin);
  writeFileSync(told, JSON.stringify(part));
  writeFileSync(join(bin, name), program(told, seen));
  chmodSync(join(bin, name), 0o755);
  return {
    path: `${bin}:/usr/bin:/bin`,
    started() {
      const { argv, input, env, prompt } = record(JSON.parse(readFileSync(seen, 'utf8')));
      if (!Array.isArray(argv)) throw new Error('It noted no arguments.');
      return {
        argv: argv.map(String),
        input: String(input),
        env: record(env),
        prompt: String(prompt),
      };
    },
  };
}
