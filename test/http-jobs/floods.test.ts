import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { HttpJobInput } from '../../src/core/http-job.ts';
import type { WorkReport } from '../../src/core/work.ts';
import { open, serve } from './servers.ts';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
const mib = 1024 * 1024;

type Ended = { readonly report: WorkReport; readonly largestKiB: number };
type Running = { kill(): void; readonly ended: Promise<Ended & { readonly output: string }> };

function start(t: TestContext, input: HttpJobInput, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [worker], {
    env: { ...process.env, ...env, CRONKEEPER_WORK: JSON.stringify(input) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => void child.kill('SIGKILL'));
  const ended = Promise.all([text(child.stdout), text(child.stderr)]).then(([output, said]) => {
    const json = said.split('\n').find((line) => line.startsWith('{"report"'));
    assert.ok(json !== undefined, said);
    const { report, largestKiB }: Ended = JSON.parse(json);
    return { report, largestKiB, output };
  });
  return { kill: () => void child.kill('SIGTERM'), ended };
}

/** Sends as fast as it is taken, until nobody takes it. Far less than was promised, so that a reader without a cap ends, too. */
function flood(response: ServerResponse, onSent: (bytes: number) => void): void {
  const piece = Buffer.alloc(mib, 'x');
  let left = 64;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      onSent(piece.length);
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.destroy();
  };
  more();
}

for (const [method, result] of [
  ['GET', 'failed'],
  ['POST', 'unknown'],
] as const) {
  for (const head of [{ 'content-length': String(10 * 1024 * mib) }, {}]) {
    test(`10 GB that answer a ${method} are cut at the cap ${JSON.stringify(head)}`, async (t) => {
      let sent = 0;
      const { url, host } = await serve(t, (response) => {
        response.writeHead(200, head);
        flood(response, (bytes) => {
          sent += bytes;
        });
      });
      const { ended } = start(t, { url, method, allow: [host], maxBytes: 2 * mib });
      const { report, largestKiB, output } = await ended;
      assert.deepEqual([report.result, report.reason], [result, 'too_large']);
      const body = output.slice(output.indexOf('\n\n') + 2).match(/^x*/)?.[0] ?? '';
      assert.equal(body.length, 2 * mib);
      assert.ok(sent >= 2 * mib && sent < 48 * mib, `${sent} bytes were taken`);
      assert.ok(largestKiB < 300 * 1024, `${largestKiB} KiB of memory`);
    });
  }
}

test('a compressed bomb is cut at the cap, and memory stays flat', async (t) => {
  const bomb = Buffer.concat(Array<Buffer>(32).fill(gzipSync(Buffer.alloc(8 * mib))));
  assert.ok(bomb.length < 2 * mib, 'it would be cut before it is decoded');
  const { url, host, heard } = await serve(t, (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  const { ended } = start(t, { url, allow: [host], maxBytes: 2 * mib });
  const { report, largestKiB, output } = await ended;
  assert.equal(heard.length, 1);
  assert.deepEqual([report.result, report.reason], ['failed', 'too_large']);
  assert.ok(output.length < 3 * mib);
  assert.ok(largestKiB < 300 * 1024, `${largestKiB} KiB of memory`);
});

test('a server that is silent is left when the run is told to end', async (t) => {
  const asked = Promise.withResolvers<void>();
  const { url, host } = await serve(t, () => asked.resolve());
  const { kill, ended } = start(t, { url, method: 'POST', allow: [host] });
  await asked.promise;
  kill();
  const { report } = await ended;
  assert.deepEqual([report.result, report.reason], ['unknown', 'http_unanswered']);
});

test('a certificate that nobody vouches for is not accepted, whatever the environment says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-http-jobs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  } catch {
    t.skip('needs openssl: apt-get install openssl');
    return;
  }
  let asked = 0;
  const server = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (_, response) => {
      asked += 1;
      response.end('taken');
    },
  );
  const port = await open(t, server);
  const input = { url: `https://127.0.0.1:${port}/`, body: 'x', allow: ['127.0.0.1'] };
  const { report } = await start(t, input, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }).ended;
  assert.deepEqual([report.result, report.reason, asked], ['failed', 'http_unreachable', 0]);
  assert.match(report.message ?? '', /SELF_SIGNED_CERT/);
});
