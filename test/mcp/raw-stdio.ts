import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Json, launcher, type Person, until } from '../journeys/program.ts';

/** `cronkeeper mcp` without a client between: what is written is sent as it is, what comes back is kept line by line. */
export type RawStdio = {
  write(text: string): void;
  /** Sends a question of the protocol; answers its number. */
  ask(method: string, params?: Readonly<Record<string, unknown>>): number;
  /** The answer to the question of this number; to what was no question, when the number is null. */
  answerTo(id: number | null, after?: number): Promise<Json>;
  /** Everything on standard output so far. @throws when a line of it is no message of the protocol */
  messages(): readonly Json[];
  errors(): string;
  /** Closes standard input; answers the exit code. */
  end(): Promise<number | null>;
};

export function startRawStdio(person: Person, args: readonly string[] = []): RawStdio {
  const child = spawn(launcher, [...args, 'mcp'], { env: person.env, cwd: person.home });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  let errors = '';
  child.stderr.on('data', (part: Buffer) => {
    errors += part.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let asked = 0;
  const messages = (): readonly Json[] =>
    lines.map((line) => {
      const message = new Json(JSON.parse(line));
      assert.equal(message.text('jsonrpc'), '2.0', line);
      return message;
    });
  const write = (text: string): void => {
    child.stdin.write(text);
  };
  return {
    write,
    ask: (method, params = {}) => {
      asked += 1;
      write(`${JSON.stringify({ jsonrpc: '2.0', id: asked, method, params })}\n`);
      return asked;
    },
    answerTo: (id, after = 0) =>
      until(
        `an answer to ${id}`,
        () => messages().filter((message) => message.at('id').value === id)[after],
        20_000,
      ),
    messages,
    errors: () => errors,
    end: async () => {
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const code = await ended;
      clearTimeout(late);
      return code;
    },
  };
}

/** The handshake of most clients. */
export async function shakeHands(raw: RawStdio): Promise<Json> {
  const id = raw.ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'by hand', version: '1' },
  });
  const answer = await raw.answerTo(id);
  raw.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return answer;
}
