import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { runWithModel, type Setting, startWithModel } from './bench.ts';
import { chunk, type Reply } from './fake-openai.ts';
import { agentWork, readIfThere, runWorker } from './worker.ts';

const errorOf = (type: string, message: string) => ({ error: { type, message, code: type } });

type Case = {
  readonly name: string;
  readonly reply: Reply;
  readonly setting?: Setting;
  readonly reason: string;
  /** Seconds from now until which it is deferred; null: it failed. */
  readonly deferredFor: readonly [least: number, most: number] | null;
};

const later: readonly Case[] = [
  {
    name: '429 with a time in two hours is deferred until then',
    reply: {
      kind: 'error',
      status: 429,
      headers: { 'retry-after': '7200' },
      body: errorOf('rate_limit_exceeded', 'Rate limit reached for fake-1.'),
    },
    reason: 'rate_limited',
    deferredFor: [7_100, 7_200],
  },
  {
    name: '429 with the reset of a limit that is used up is deferred until that',
    reply: {
      kind: 'error',
      status: 429,
      headers: {
        'x-ratelimit-remaining-requests': '12',
        'x-ratelimit-reset-requests': '5s',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      body: errorOf('tokens', 'Rate limit reached.'),
    },
    reason: 'rate_limited',
    deferredFor: [300, 360],
  },
  {
    name: '429 without a time is deferred for a minute',
    reply: { kind: 'error', status: 429, body: errorOf('rate_limit_exceeded', 'Slow down.') },
    reason: 'rate_limited',
    deferredFor: [1, 60],
  },
  {
    name: '429 for a quota is deferred for an hour',
    reply: {
      kind: 'error',
      status: 429,
      body: errorOf('insufficient_quota', 'You exceeded your current quota.'),
    },
    reason: 'quota_exhausted',
    deferredFor: [3_500, 3_600],
  },
  {
    name: '529 of Anthropic is overload',
    reply: { kind: 'error', status: 529, body: errorOf('overloaded_error', 'Overloaded') },
    setting: { api: 'anthropic' },
    reason: 'overloaded',
    deferredFor: [1, 60],
  },
  {
    name: 'the third attempt of a run waits longer than the first',
    reply: { kind: 'error', status: 503, body: errorOf('server_error', 'The engine is busy.') },
    setting: { env: { CRONKEEPER_ATTEMPT: '3' } },
    reason: 'overloaded',
    deferredFor: [200, 240],
  },
];

const wrong: readonly Case[] = [
  {
    name: '401 says that the key is wrong',
    reply: { kind: 'error', status: 401, body: errorOf('invalid_api_key', 'Incorrect API key.') },
    reason: 'credentials_missing',
    deferredFor: null,
  },
  {
    name: '404 says that there is no such model',
    reply: { kind: 'error', status: 404, body: errorOf('model_not_found', 'No such model.') },
    reason: 'model_unknown',
    deferredFor: null,
  },
  {
    name: '500 is a failure, and asked once',
    reply: { kind: 'error', status: 500, body: errorOf('server_error', 'Oh no.') },
    reason: 'model_failed',
    deferredFor: null,
  },
  {
    name: 'a stream of garbage is a failure',
    reply: { kind: 'raw', text: 'data: {"choices": [{\n\ndata: \u0000\u0001!!\n\n', after: 'end' },
    reason: 'model_failed',
    deferredFor: null,
  },
  {
    name: 'something else than a stream is a failure',
    reply: { kind: 'raw', text: '<html><body>Sign in to the hotel</body></html>', after: 'end' },
    reason: 'model_failed',
    deferredFor: null,
  },
  {
    name: 'a stream that ends without an end is a failure',
    reply: { kind: 'raw', text: chunk({ content: 'Half of ' }), after: 'end' },
    reason: 'model_failed',
    deferredFor: null,
  },
  {
    name: 'a connection that breaks in the middle is a failure',
    reply: { kind: 'raw', text: chunk({ content: 'Half of ' }), after: 'cut' },
    reason: 'model_failed',
    deferredFor: null,
  },
  {
    name: 'an error in the middle of a stream is a failure',
    reply: {
      kind: 'raw',
      text: `${chunk({ content: 'Half of ' })}data: {"error": {"message": "The engine died."}}\n\n`,
      after: 'end',
    },
    reason: 'model_failed',
    deferredFor: null,
  },
];

describe('a server that answers', { concurrency: 3 }, () => {
  for (const { name, reply, setting, reason, deferredFor } of [...later, ...wrong]) {
    test(name, async (t) => {
      const from = Date.now();
      const ended = await runWithModel(t, [reply], setting);
      const to = Date.now();
      assert.equal(ended.server.asked.length, 1, 'it is asked once');
      assert.equal(ended.code, 1);
      const { result, notBefore } = ended.report ?? {};
      assert.equal(ended.report?.['reason'], reason, ended.output);
      assert.equal(result, deferredFor === null ? 'failed' : 'deferred');
      if (deferredFor === null) assert.equal(notBefore, null);
      else {
        const [least, most] = deferredFor;
        assert.ok(Number(notBefore) >= from + least * 1_000, String(notBefore));
        assert.ok(Number(notBefore) <= to + most * 1_000 + 1_000, String(notBefore));
      }
      assert.ok(ended.output.trim() !== '', 'a person reads why');
      if (reply.kind === 'raw' && reply.text.includes('Half of'))
        assert.match(ended.output, /^Half of/, 'and what there was of an answer');
    });
  }

  test('429 after a tool has acted is a failure, because a second beginning would act twice', async (t) => {
    const script: readonly Reply[] = [
      { kind: 'calls', calls: [{ name: 'shell', input: { command: 'echo done >> acted' } }] },
      { kind: 'error', status: 429, headers: { 'retry-after': '7200' }, body: {} },
    ];
    const ended = await runWithModel(t, script, { work: { tools: ['shell'] } });
    assert.equal(ended.report?.['result'], 'failed');
    assert.equal(ended.report?.['reason'], 'rate_limited');
    assert.equal(ended.report?.['notBefore'], null);
    assert.equal(ended.server.asked.length, 2);
  });
});

test('a server that is not there is a failure', async (t) => {
  const ended = await runWorker(t, agentWork(), { CRONKEEPER_MODEL_URL: 'http://127.0.0.1:9/v1' });
  assert.equal(ended.report?.['reason'], 'model_failed');
});

test('a redirect is not followed, and the key goes nowhere else', async (t) => {
  const keys: unknown[] = [];
  const thief = createServer((request, response) => {
    keys.push(request.headers.authorization);
    response.end();
  });
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  t.after(() => thief.close());
  const address = thief.address();
  assert.ok(address !== null && typeof address === 'object');
  const location = `http://127.0.0.1:${address.port}/v1/chat/completions`;
  const reply: Reply = { kind: 'error', status: 307, headers: { location }, body: {} };
  const ended = await runWithModel(t, [reply]);
  assert.equal(ended.server.asked.length, 1);
  assert.equal(ended.report?.['reason'], 'model_failed');
  assert.deepEqual(keys, []);
});

const settings: readonly (readonly [
  name: string,
  work: Parameters<typeof agentWork>[0],
  env: Readonly<Record<string, string>>,
  reason: string,
])[] = [
  ['no model', { model: null }, {}, 'model_unknown'],
  ['no address', {}, {}, 'model_unknown'],
  ['no key', {}, { CRONKEEPER_MODEL_API: 'anthropic' }, 'credentials_missing'],
];
for (const [name, work, env, reason] of settings) {
  test(`without being told: ${name}, it says so`, async (t) => {
    const ended = await runWorker(t, agentWork(work), env);
    assert.equal(ended.report?.['reason'], reason);
    assert.equal(ended.report?.['result'], 'failed');
  });
}

describe('told to end', { concurrency: 2 }, () => {
  /** Kills once the file says what it must. */
  async function killWhen(
    worker: { readonly kill: (signal: NodeJS.Signals) => void },
    isTime: () => boolean,
    signal: NodeJS.Signals,
  ): Promise<void> {
    const until = Date.now() + 30_000;
    while (!isTime()) {
      assert.ok(Date.now() < until, 'it never came so far');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    worker.kill(signal);
  }

  test('while its model hangs, a worker reports and ends', async (t) => {
    const reply: Reply = { kind: 'raw', text: chunk({ content: 'I am think' }), after: 'hang' };
    const worker = await startWithModel(t, [reply]);
    await killWhen(worker, () => worker.server.asked.length === 1, 'SIGTERM');
    const ended = await worker.ended;
    assert.equal(ended.code, 1);
    const { result, reason, message } = ended.report ?? {};
    assert.deepEqual(
      { result, reason, message },
      { result: 'failed', reason: null, message: 'It was told to end.' },
    );
    assert.equal(ended.transcript.at(-1)?.['kind'], 'end');
  });

  test('while a tool runs, a worker ends the tool with it', async (t) => {
    const command = 'sleep 1000 & echo $! > pid; sleep 1000';
    const script: readonly Reply[] = [
      { kind: 'calls', calls: [{ name: 'shell', input: { command } }] },
    ];
    const worker = await startWithModel(t, script, { work: { tools: ['shell'] } });
    const pidFile = `${worker.cwd}/pid`;
    await killWhen(worker, () => readIfThere(pidFile).endsWith('\n'), 'SIGTERM');
    const pid = Number(readIfThere(pidFile));
    const ended = await worker.ended;
    assert.equal(ended.report?.['message'], 'It was told to end.');
    assert.ok(pid > 1);
    // What has ended may still wait to be looked after.
    assert.match(readIfThere(`/proc/${pid}/stat`), /^$|\) Z /, 'what the tool left runs no more');
  });

  test('by KILL, a worker leaves its transcript so far, and no report', async (t) => {
    const script: readonly Reply[] = [
      { kind: 'calls', calls: [{ name: 'shell', input: { command: 'echo found it' } }] },
      { kind: 'raw', text: '', after: 'hang' },
    ];
    const worker = await startWithModel(t, script, { work: { tools: ['shell'] } });
    await killWhen(worker, () => worker.server.asked.length === 2, 'SIGKILL');
    const ended = await worker.ended;
    assert.equal(ended.report, null);
    assert.deepEqual(
      ended.transcript.map((line) => line['kind']),
      ['prompt', 'answered', 'call', 'result'],
    );
    assert.match(String(ended.transcript.at(-1)?.['text']), /found it/);
  });
});
