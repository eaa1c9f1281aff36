import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import { readAllowed } from '../../core/address.ts';
import type { SendAnswer } from '../../core/delivery.ts';
import type { Target } from '../../core/target.ts';
import type { Letter } from '../../ports/channels.ts';
import type { Clock } from '../../ports/clock.ts';
import { makeNetwork, type Resolve } from '../network/network.ts';
import { makeChannels } from './channels.ts';
import type { RequesterOptions } from './request.ts';
import { makeSecrets } from './secrets.ts';
import { makeTargetCheck } from './target-check.ts';

const home = mkdtempSync(join(tmpdir(), 'cronkeeper-channels-'));
after(() => rmSync(home, { recursive: true, force: true }));

const clock: Clock = {
  now: () => ({ wall: Date.now(), boot: performance.now() }),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (signal?.aborted) end();
      else signal?.addEventListener('abort', end, { once: true });
    }),
};

function allow(...words: readonly string[]) {
  const read = readAllowed(words);
  if ('why' in read) throw new Error(read.why);
  return read.allowed;
}

const letter: Letter = {
  id: 'RUN.r0',
  kind: 'result',
  event: 'succeeded',
  createdAt: 1_000,
  profile: 'la',
  job: { id: 'J', name: 'report' },
  run: {
    id: 'RUN',
    state: 'ended',
    outcome: 'succeeded',
    exitCode: 0,
    startedAt: 500,
    endedAt: null,
  },
  title: 'report succeeded – ö',
  text: 'the output\n',
  isCut: false,
};

type Options = Partial<RequesterOptions> & {
  readonly resolve?: Resolve;
  readonly signal?: AbortSignal;
  readonly mayExecute?: boolean;
};

function send(
  target: Target,
  { signal, resolve, ...options }: Options = {},
  sent = letter,
): Promise<SendAnswer> {
  const channels = makeChannels({
    home,
    mayExecute: true,
    clock,
    network: makeNetwork(resolve),
    allowed: () => allow('127.0.0.1'),
    limitMs: 5_000,
    environment: () => ({ PATH: process.env['PATH'] ?? '', MARK: 'own' }),
    ...options,
  });
  return channels.send(target, sent, signal ?? new AbortController().signal);
}

type Heard = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** A server on loopback that keeps what it was asked. */
async function serve(
  t: TestContext,
  answer: (response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly port: number; readonly heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      heard.push({ method, url, headers, body: Buffer.concat(parts).toString() });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook`, port, heard };
}

const command = (...argv: readonly string[]): Target => ({ kind: 'command', argv });

const ok = (response: ServerResponse): void => void response.writeHead(204).end();

test('a webhook gets the letter, signed with a key that only this user can read', async (t) => {
  const { url, heard } = await serve(t, ok);
  assert.deepEqual(await send({ kind: 'webhook', url }), { kind: 'accepted', receipt: 'HTTP 204' });
  const [got] = heard;
  assert.ok(got !== undefined);
  const body: unknown = JSON.parse(got.body);
  assert.ok(typeof body === 'object' && body !== null && 'text' in body && 'run' in body);
  assert.equal(body.text, 'the output\n');
  assert.equal(got.headers['webhook-id'], 'RUN.r0');
  assert.equal(got.headers['idempotency-key'], 'RUN.r0');
  const path = join(home, 'secrets', 'webhook');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const key = Buffer.from(readFileSync(path, 'utf8').trim().replace('whsec_', ''), 'base64');
  const timestamp = String(got.headers['webhook-timestamp']);
  assert.ok(Math.abs(Number(timestamp) * 1_000 - Date.now()) < 60_000);
  const signed = createHmac('sha256', key).update(`RUN.r0.${timestamp}.${got.body}`);
  assert.equal(got.headers['webhook-signature'], `v1,${signed.digest('base64')}`);
});

test('a key of the host counts before the one for all, and is taken as it is', async (t) => {
  const { url, heard } = await serve(t, ok);
  writeFileSync(join(home, 'secrets', 'webhook.127.0.0.1'), 'plain key\n');
  await send({ kind: 'webhook', url });
  rmSync(join(home, 'secrets', 'webhook.127.0.0.1'));
  const [got] = heard;
  const signed = createHmac('sha256', 'plain key').update(
    `RUN.r0.${String(got?.headers['webhook-timestamp'])}.${got?.body}`,
  );
  assert.equal(got?.headers['webhook-signature'], `v1,${signed.digest('base64')}`);
});

test('a busy server is asked again when it wants; where it points is not followed', async (t) => {
  const busy = await serve(
    t,
    (response) => void response.writeHead(503, { 'retry-after': '7' }).end(),
  );
  assert.deepEqual(await send({ kind: 'webhook', url: busy.url }), {
    kind: 'not-taken',
    cause: 'The server answered 503.',
    retryAfterMs: 7_000,
  });
  const inner = await serve(t, ok);
  const pointing = await serve(
    t,
    (response) => void response.writeHead(302, { location: inner.url }).end(),
  );
  assert.equal((await send({ kind: 'webhook', url: pointing.url })).kind, 'refused');
  assert.equal(inner.heard.length, 0);
});

test('a server that takes the request and never answers may have it', async (t) => {
  const { url, heard } = await serve(t, () => {});
  assert.equal((await send({ kind: 'webhook', url }, { limitMs: 200 })).kind, 'lost');
  assert.equal(heard.length, 1);
});

test('a connection that breaks after the request may have brought it', async (t) => {
  const { url } = await serve(t, (response) => response.destroy());
  assert.equal((await send({ kind: 'webhook', url })).kind, 'lost');
});

test('an answer that never ends is not read', async (t) => {
  const { url } = await serve(t, (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.write('x');
  });
  assert.equal((await send({ kind: 'webhook', url })).kind, 'accepted');
});

test('where nobody listens, and where no name leads, nothing was taken', async (t) => {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const closed = await send({ kind: 'webhook', url: `http://127.0.0.1:${port}/` });
  assert.deepEqual(closed, { kind: 'not-taken', cause: 'ECONNREFUSED.', retryAfterMs: null });
  const nowhere = await send(
    { kind: 'webhook', url: 'https://nowhere.example/' },
    { resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })) },
  );
  assert.match(nowhere.kind === 'not-taken' ? nowhere.cause : '', /nowhere\.example.*ENOTFOUND/);
  const empty = { resolve: async () => [] };
  const none = await send({ kind: 'webhook', url: 'https://a.example/' }, empty);
  assert.match(none.kind === 'not-taken' ? none.cause : '', /no address/);
  const hangs = { resolve: () => new Promise<never>(() => {}), limitMs: 100 };
  const late = await send({ kind: 'webhook', url: 'https://a.example/' }, hangs);
  assert.match(late.kind === 'not-taken' ? late.cause : '', /in time/);
  t.diagnostic('no byte left this machine');
});

test('a name that answers otherwise the second time leads nowhere else', async (t) => {
  const inner = await serve(t, ok);
  const answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '10.0.0.1', family: 4 }]];
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return answers.shift() ?? [];
  };
  const url = `http://rebinds.example:${inner.port}/`;
  assert.equal((await send({ kind: 'webhook', url }, { resolve })).kind, 'accepted');
  assert.deepEqual(asked, ['rebinds.example']);
  const again = await send({ kind: 'webhook', url }, { resolve });
  assert.match(again.kind === 'refused' ? again.cause : '', /private address 10\.0\.0\.1/);
  assert.equal(inner.heard.length, 1);
});

test('one private address among public ones is enough to go nowhere', async () => {
  const resolve = async () => [
    { address: '93.184.216.34', family: 4 },
    { address: '169.254.169.254', family: 4 },
  ];
  const answer = await send({ kind: 'webhook', url: 'http://both.example/' }, { resolve });
  assert.match(answer.kind === 'refused' ? answer.cause : '', /169\.254\.169\.254/);
});

test('a target that cannot be reached is told before it is stored, with what would allow it', () => {
  const { whyNot } = makeTargetCheck(allow('192.168.1.5'));
  for (const host of ['127.0.0.1', 'localhost', 'a.localhost', '[::1]', '2130706433', '0x7f.1']) {
    const no = whyNot({ kind: 'webhook', url: new URL(`http://${host}/`).href });
    assert.match(no?.remedy ?? '', /config set privateTargets/, host);
  }
  assert.equal(whyNot({ kind: 'webhook', url: 'http://192.168.1.5/' }), null);
  assert.equal(whyNot({ kind: 'ntfy', url: 'https://ntfy.sh/t' }), null);
  assert.equal(whyNot({ kind: 'inbox' }), null);
});

test('what would allow one private place more keeps those that are allowed', async () => {
  const words = ['192.168.1.5', 'nas.local:8080'];
  const all = /cronkeeper config set privateTargets '192\.168\.1\.5 nas\.local:8080 10\.0\.0\.1'$/;
  const allowed = allow(...words);
  const target = { kind: 'webhook', url: 'http://10.0.0.1/' } as const;
  assert.match(makeTargetCheck(allowed).whyNot(target)?.remedy ?? '', all);
  const answer = await send(target, { allowed: () => allowed });
  assert.match(answer.kind === 'refused' ? answer.cause : '', all);
  const none = allow();
  assert.match(makeTargetCheck(none).whyNot(target)?.remedy ?? '', / privateTargets 10\.0\.0\.1$/);
});

test('ntfy gets the text, with a title in any letters, and a token of its own', async (t) => {
  const { port, heard } = await serve(t, ok);
  writeFileSync(join(home, 'secrets', 'ntfy'), 'tk_1\n');
  const url = `http://127.0.0.1:${port}/topic`;
  const long = { ...letter, kind: 'alert', event: 'failed', text: 'ö'.repeat(4_000) } as const;
  await send({ kind: 'ntfy', url });
  await send({ kind: 'ntfy', url }, {}, long);
  await send({ kind: 'ntfy', url }, {}, { ...long, event: 'recovered', text: '' });
  const [result, alert, good] = heard;
  assert.equal(result?.body, 'the output\n');
  assert.equal(new URL(`http://x${result?.url}`).searchParams.get('title'), letter.title);
  assert.equal(result?.headers.authorization, 'Bearer tk_1');
  assert.match(alert?.url ?? '', /tags=warning&priority=high/);
  assert.ok(
    Buffer.byteLength(alert?.body ?? '') <= 3_904 && !(alert?.body ?? '').includes('\uFFFD'),
  );
  assert.match(good?.url ?? '', /white_check_mark/);
  assert.equal(good?.body, letter.title);
});

/** What was certainly not sent: a key that cannot be read or made, a line that no request may hold, a program that cannot be begun. */
for (const { what, target, secret, folder = false, sent = letter } of [
  { what: 'its key is a folder', target: 'webhook', secret: 'webhook.127.0.0.1', folder: true },
  { what: 'its token is a folder', target: 'ntfy', secret: 'ntfy.127.0.0.1', folder: true },
  { what: 'its token has two lines', target: 'ntfy', secret: 'ntfy.127.0.0.1' },
  { what: 'its program cannot be begun', target: 'command', sent: { ...letter, title: 'a\0b' } },
] as const) {
  test(`a message was not taken when ${what}: nothing of it left`, async (t) => {
    const { url, heard } = await serve(t, ok);
    if (secret !== undefined) {
      const path = join(home, 'secrets', secret);
      mkdirSync(folder ? path : join(home, 'secrets'), { recursive: true });
      if (!folder) writeFileSync(path, 'tk_1\ntk_2\n');
      t.after(() => rmSync(path, { recursive: true }));
    }
    const to = target === 'command' ? command('true') : ({ kind: target, url } as const);
    const answer = await send(to, {}, sent);
    assert.equal(answer.kind, 'not-taken');
    assert.doesNotMatch(answer.kind === 'not-taken' ? answer.cause : '', /tk_/);
    assert.equal(heard.length, 0);
  });
}

test('a setting that cannot be read sends nothing', async (t) => {
  const { url } = await serve(t, ok);
  const allowed = () => {
    throw new Error('EMFILE');
  };
  assert.equal((await send({ kind: 'ping', url }, { allowed })).kind, 'not-taken');
});

test('a key for which there was no room is made at the next send', (t) => {
  const place = mkdtempSync(join(tmpdir(), 'cronkeeper-full-'));
  t.after(() => rmSync(place, { recursive: true }));
  const script = `
    import { makeSecrets } from ${JSON.stringify(new URL('secrets.ts', import.meta.url).href)};
    makeSecrets(${JSON.stringify(place)}).webhookKey('far.example');`;
  const full = `trap '' XFSZ; ulimit -f 0; exec "$0" --input-type=module -e "$1"`;
  const { status, stderr } = spawnSync('/bin/sh', ['-c', full, process.execPath, script]);
  assert.notEqual(status, 0);
  assert.match(stderr.toString(), /EFBIG/);
  assert.deepEqual(readdirSync(join(place, 'secrets')), []);
  const { webhookKey } = makeSecrets(place);
  assert.equal(webhookKey('far.example'), webhookKey('other.example'));
  assert.deepEqual(readdirSync(join(place, 'secrets')), ['webhook']);
});

test('a monitor is called without a body, and what stays here is only kept', async (t) => {
  const { url, heard } = await serve(t, ok);
  await send({ kind: 'ping', url });
  assert.deepEqual([heard[0]?.method, heard[0]?.body], ['GET', '']);
  assert.equal((await send({ kind: 'inbox' })).kind, 'accepted');
  assert.equal((await send({ kind: 'local' })).kind, 'accepted');
});

test('a command gets the text on its input and the rest in its environment, of which it inherits nothing', async () => {
  const path = join(home, 'got');
  const line = `cat > "${path}"; echo "$CRONKEEPER_EVENT $CRONKEEPER_TITLE $MARK $HOME. $CRONKEEPER_SENDER" >> "${path}"`;
  assert.equal((await send(command('/bin/sh', '-c', line))).kind, 'accepted');
  assert.equal(
    readFileSync(path, 'utf8'),
    `the output\nsucceeded report succeeded – ö own . ${process.pid}\n`,
  );
  const bare = { ...letter, job: null, run: null };
  assert.equal((await send(command('true'), {}, bare)).kind, 'accepted');
});

test('a process that only asks starts no program', async () => {
  const path = join(home, 'executed');
  const touch = command('touch', path);
  assert.equal((await send(touch, { mayExecute: false })).kind, 'not-taken');
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
});

test('its exit code is the answer, and a command that is not there will not be', async () => {
  assert.deepEqual(await send(command('/bin/sh', '-c', 'echo no  line >&2; exit 3')), {
    kind: 'not-taken',
    cause: 'The command ended with 3: no line',
    retryAfterMs: null,
  });
  assert.equal((await send(command('/bin/sh', '-c', 'exit 1'))).kind, 'not-taken');
  assert.equal((await send(command('/nowhere/program'))).kind, 'refused');
});

test('one that hangs is ended with all that it started, and may have done its work', async (t) => {
  const path = join(home, 'children');
  const line = `sleep 600 & echo $! > "${path}"; wait`;
  assert.equal((await send(command('/bin/sh', '-c', line), { limitMs: 300 })).kind, 'lost');
  const pid = Number(readFileSync(path, 'utf8'));
  t.after(() => isAlive(pid) && process.kill(pid, 'SIGKILL'));
  const deadline = Date.now() + 5_000;
  while (isAlive(pid) && Date.now() < deadline) await clock.sleep(20);
  assert.equal(isAlive(pid), false);
});

test('a process that stops waits for nobody', async (t) => {
  const { url } = await serve(t, () => {});
  const stopping = AbortSignal.abort();
  assert.notEqual((await send({ kind: 'webhook', url }, { signal: stopping })).kind, 'accepted');
  assert.equal((await send(command('sleep', '600'), { signal: stopping })).kind, 'lost');
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
