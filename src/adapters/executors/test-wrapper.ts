/** What tests of the wrapper share: one that is told by the test instead of a starter. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { after } from 'node:test';
import type { StartOrder } from '../../ports/executor.ts';
import { type AttemptRecord, makeAttemptFolder, readAttempt } from './attempt-folder.ts';
import { OrderFile } from './order-file.ts';
import { bootMs, newRunId } from './test-bench.ts';
import { findTools, orderText, wrapperArguments, wrapperEnvironment } from './wrapper.ts';

export const home = mkdtempSync(join(tmpdir(), 'cronkeeper-wrapper-'));
after(() => rmSync(home, { recursive: true, force: true }));
export const tools = findTools('');

export const order = (line: string, more: Partial<StartOrder> = {}): StartOrder => ({
  key: { runId: newRunId(), number: 1 },
  argv: ['/bin/sh', '-c', line],
  env: { PATH: '/usr/bin:/bin', A: 'x y' },
  cwd: '/tmp',
  timeoutMs: 10_000,
  noOutputTimeoutMs: null,
  outputLimit: 1_024,
  hidden: [],
  work: null,
  ...more,
});

export type Ran = {
  readonly code: number;
  readonly record: AttemptRecord;
  readonly output: string;
};

/** Runs the wrapper under a shell and says `said` at its gate, as a starter that ends right after. */
export async function wrap(
  shell: string,
  given: StartOrder,
  said: string,
  { thenGone = false, change = (text: string) => text, with: used = tools } = {},
): Promise<Ran> {
  const folder = makeAttemptFolder(home, given.key);
  const orders = new OrderFile(home, given.key.runId);
  orders.write(orderText(given, folder, used));
  orders.confirm();
  const child = spawn(shell, wrapperArguments({ ...used, shell }, 0o022, orders.path).map(change), {
    cwd: '/',
    detached: true,
    env: wrapperEnvironment(given.key.runId, given),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', orders.file],
  });
  const [, , , gate, guardLine] = child.stdio;
  assert.ok(gate instanceof Duplex && guardLine instanceof Duplex);
  for (const line of [gate, guardLine]) line.on('error', () => {});
  guardLine.end();
  gate.end(said);
  if (thenGone) gate.on('finish', () => gate.destroy());
  const [code] = await once(child, 'exit');
  orders.close();
  const path = join(folder, 'output.log');
  const output = existsSync(path) ? readFileSync(path, 'latin1') : '';
  // Read when it is asked for: a test may have put something there that has no end.
  return {
    code: Number(code),
    output,
    get record() {
      return readAttempt(folder);
    },
  };
}

export const plainGo = (): string => `go ${bootMs() + 10_000} 1\n`;
