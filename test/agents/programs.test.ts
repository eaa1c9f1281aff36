import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { AgentWork } from '../../src/core/work.ts';
import { installFake, type Part, type Started } from './fake-program.ts';
import { record } from './records.ts';
import {
  assistant,
  claudeStream,
  codexStream,
  init,
  resultOf,
  toolResult,
  toolUse,
} from './streams.ts';
import { agentWork, noLimits, runWorker, startWorker, type WorkerEnd } from './worker.ts';

async function runProgram(
  t: TestContext,
  name: string,
  part: Part,
  work: Partial<AgentWork> = {},
): Promise<{ readonly ended: WorkerEnd; readonly started: Started }> {
  const fake = installFake(t, name, part);
  const env = { PATH: fake.path, CRONKEEPER_SECRET_1: 'canary-of-a-program', JOB_TOKEN: 'for-it' };
  const ended = await runWorker(t, agentWork({ agent: name, model: null, ...work }), env);
  return { ended, started: fake.started() };
}

const after = (argv: readonly string[], option: string): string | undefined =>
  argv[argv.indexOf(option) + 1];

describe('claude', { concurrency: 3 }, () => {
  test('answers, and what it did and used is kept', async (t) => {
    const work = { tools: ['shell', 'Grep'], model: 'anthropic/claude-fake' };
    const { ended, started } = await runProgram(t, 'claude', { lines: claudeStream }, work);
    assert.equal(ended.output, 'Two letters.\n');
    assert.deepEqual(ended.report?.['usage'], {
      model: 'anthropic/claude-fake',
      inputTokens: 200,
      outputTokens: 41,
      toolCalls: 1,
      steps: 2,
      costMicroUsd: 12_300,
    });
    const kinds = ended.transcript.map((line) => line['kind']);
    assert.deepEqual(kinds, ['prompt', 'text', 'call', 'result', 'text', 'end']);
    assert.equal(after(started.argv, '--tools'), 'Bash,Grep');
    assert.equal(after(started.argv, '--allowedTools'), 'Bash,Grep');
    assert.equal(after(started.argv, '--model'), 'claude-fake');
    assert.match(started.input, /Say hello\.$/);
    assert.ok(!started.argv.join(' ').includes('Say hello.'), 'the prompt is no argument');
  });

  test('gets no tool when the job names none, and no secret of the worker', async (t) => {
    const { started } = await runProgram(t, 'claude', { lines: [init, resultOf({})] });
    assert.equal(after(started.argv, '--tools'), '');
    assert.ok(started.argv.includes('--strict-mcp-config'));
    assert.ok(!started.argv.includes('--allowedTools'));
    assert.equal(started.env['JOB_TOKEN'], 'for-it');
    assert.ok(!JSON.stringify(started.env).includes('canary'));
    assert.equal(started.env['CRONKEEPER_WORK'], undefined);
  });

  const reset = Math.floor(Date.now() / 1_000) + 7_200;
  const failures: readonly {
    readonly name: string;
    readonly part: Part;
    readonly result: string;
    readonly reason: string;
    readonly notBefore?: number;
  }[] = [
    {
      name: 'whose account has nothing left until a time is deferred until then',
      part: {
        lines: [
          init,
          { type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: reset } },
          resultOf({ is_error: true, result: "You've hit your limit" }),
        ],
        code: 1,
      },
      result: 'deferred',
      reason: 'quota_exhausted',
      notBefore: reset * 1_000,
    },
    {
      name: 'whose account has nothing left may say so in any words',
      part: {
        lines: [
          init,
          { type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: reset } },
          resultOf({ is_error: true, result: 'Nothing more for today · resets 7pm' }),
        ],
        code: 1,
      },
      result: 'deferred',
      reason: 'quota_exhausted',
      notBefore: reset * 1_000,
    },
    {
      name: 'that was given more after its limit fails for its own reason',
      part: {
        lines: [
          init,
          { type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: reset } },
          { type: 'rate_limit_event', rate_limit_info: { status: 'allowed', resetsAt: reset } },
          resultOf({ is_error: true, result: 'API Error: 500' }),
        ],
        code: 1,
      },
      result: 'failed',
      reason: 'agent_failed',
    },
    {
      name: 'that calls an error a success has failed',
      part: { lines: [init, resultOf({ is_error: true, result: 'API Error: 500' })], code: 1 },
      result: 'failed',
      reason: 'agent_failed',
    },
    {
      name: 'that is not signed in says so',
      part: {
        lines: [init, resultOf({ is_error: true, result: 'Not logged in · Please run /login' })],
        code: 1,
      },
      result: 'failed',
      reason: 'credentials_missing',
    },
    {
      name: 'that met its budget ended at the limit of cost',
      part: {
        lines: [init, resultOf({ subtype: 'error_max_budget_usd', is_error: true })],
        code: 1,
      },
      result: 'failed',
      reason: 'cost_limit',
    },
    {
      name: 'that dies without a result has failed',
      part: { lines: [...claudeStream.slice(0, 3), '{"type":"assi'], errors: 'Killed', code: 137 },
      result: 'failed',
      reason: 'agent_failed',
    },
  ];
  for (const { name, part, result, reason, notBefore } of failures) {
    test(name, async (t) => {
      const limits = { ...noLimits, costMicroUsd: 500_000 };
      const { ended, started } = await runProgram(t, 'claude', part, { limits });
      assert.equal(after(started.argv, '--max-budget-usd'), '0.5');
      assert.equal(ended.report?.['result'], result, ended.output);
      assert.equal(ended.report?.['reason'], reason);
      assert.equal(ended.report?.['notBefore'], notBefore ?? null);
      assert.equal(ended.code, 1);
    });
  }

  test('is ended when it calls more tools than it may', async (t) => {
    const lines = [
      init,
      assistant('m1', [toolUse('t1', 'ls')]),
      toolResult('t1', 'one'),
      assistant('m2', [toolUse('t2', 'ls')]),
    ];
    const limits = { ...noLimits, toolCalls: 1 };
    const { ended } = await runProgram(t, 'claude', { lines, stays: true }, { limits });
    assert.equal(ended.report?.['reason'], 'tool_call_limit');
  });

  test('is ended when it used more tokens than it may', async (t) => {
    const limits = { ...noLimits, tokens: 100 };
    const lines = claudeStream.slice(0, 3);
    const { ended } = await runProgram(t, 'claude', { lines, stays: true }, { limits });
    assert.equal(ended.report?.['reason'], 'token_limit');
    assert.match(ended.output, /^Let me look\./);
  });

  test('keeps an answer that met its limits at its last word', async (t) => {
    const limits = { ...noLimits, tokens: 200, costMicroUsd: 12_300 };
    const { ended } = await runProgram(t, 'claude', { lines: claudeStream }, { limits });
    assert.equal(ended.report?.['result'], 'succeeded', ended.output);
    assert.equal(ended.output, 'Two letters.\n');
  });
});

describe('codex', { concurrency: 3 }, () => {
  test('answers, and what it did and used is kept', async (t) => {
    const { ended, started } = await runProgram(t, 'codex', { lines: codexStream });
    assert.equal(ended.output, 'Two files.\n');
    const { inputTokens, outputTokens, toolCalls, costMicroUsd } = record(ended.report?.['usage']);
    assert.deepEqual(
      { inputTokens, outputTokens, toolCalls, costMicroUsd },
      { inputTokens: 300, outputTokens: 30, toolCalls: 1, costMicroUsd: null },
    );
    const kinds = ended.transcript.map((line) => line['kind']);
    assert.deepEqual(kinds, ['prompt', 'call', 'result', 'text', 'end']);
    assert.deepEqual(started.argv.slice(0, 2), ['exec', '--json']);
    assert.equal(after(started.argv, '--sandbox'), 'read-only');
    assert.equal(started.argv.at(-1), '-');
    assert.match(started.input, /Say hello\.$/);
  });

  test('is ended when it calls more tools than it may, also by those that it tells when they are over', async (t) => {
    const change = (id: string) => ({
      type: 'item.completed',
      item: { id, type: 'file_change', status: 'completed', changes: [] },
    });
    const lines = [...codexStream.slice(0, 2), change('a'), change('b')];
    const limits = { ...noLimits, toolCalls: 1 };
    const { ended } = await runProgram(t, 'codex', { lines, stays: true }, { limits });
    assert.equal(ended.report?.['reason'], 'tool_call_limit');
  });

  const failure = (message: string): Part => ({
    lines: [
      ...codexStream.slice(0, 2),
      { type: 'error', message },
      { type: 'turn.failed', error: { message } },
    ],
    code: 1,
  });
  const cases: readonly (readonly [message: string, result: string, reason: string])[] = [
    ["You've hit your usage limit. Try again in 2 hours.", 'deferred', 'quota_exhausted'],
    [
      '{"type":"error","status":400,"error":{"type":"invalid_request_error","message":"The \'x\' model is not supported."}}',
      'failed',
      'model_unknown',
    ],
    ['stream disconnected before completion', 'failed', 'agent_failed'],
  ];
  for (const [message, result, reason] of cases) {
    test(`that fails with "${message.slice(0, 40)}" is ${result} by ${reason}`, async (t) => {
      const { ended } = await runProgram(t, 'codex', failure(message));
      assert.equal(ended.report?.['result'], result);
      assert.equal(ended.report?.['reason'], reason);
    });
  }

  test('may write below its folder when the job names shell', async (t) => {
    const { started } = await runProgram(t, 'codex', { lines: codexStream }, { tools: ['shell'] });
    assert.equal(after(started.argv, '--sandbox'), 'workspace-write');
  });
});

describe('a program that only answers', { concurrency: 3 }, () => {
  const long = 'word '.repeat(100_000);
  for (const name of ['hermes', 'openclaw']) {
    test(`(${name}) reads its prompt from a file`, async (t) => {
      const part = { lines: ['It is', 'done.'] };
      const { ended, started } = await runProgram(t, name, part, { prompt: long });
      assert.equal(ended.output, 'It is\ndone.\n');
      assert.equal(ended.report?.['result'], 'succeeded');
      assert.equal(ended.report?.['usage'], null);
      assert.ok(started.prompt.includes(long));
      assert.ok(started.argv.join(' ').length < 1_000);
      assert.ok(started.argv.includes(String(started.env['CRONKEEPER_PROMPT_FILE'])));
    });
  }

  test('(any command) has its prompt on its input and in a file', async (t) => {
    const agent = 'command:cat; test -s "$CRONKEEPER_PROMPT_FILE"';
    const ended = await runWorker(t, agentWork({ agent, model: null, prompt: 'Hello?' }));
    assert.deepEqual([ended.output, ended.report?.['result']], ['Hello?\n', 'succeeded']);
  });

  test('(any command) that fails has failed', async (t) => {
    const agent = 'command:echo half; echo broken >&2; exit 4';
    const ended = await runWorker(t, agentWork({ agent, model: null }));
    assert.equal(ended.report?.['reason'], 'exit_nonzero');
    assert.match(ended.output, /^half\nIt ended with 4\.\nbroken/);
  });

  test('(any command) that says nothing has failed', async (t) => {
    const ended = await runWorker(t, agentWork({ agent: 'command:true', model: null }));
    assert.equal(ended.report?.['reason'], 'agent_failed');
  });
});

const refusals: readonly (readonly [name: string, work: Partial<AgentWork>, reason: string])[] = [
  ['is not known', { agent: 'skynet' }, 'not_in_this_build'],
  ['is not there', { agent: 'claude' }, 'command_not_found'],
  ['cannot be given a tool', { agent: 'openclaw', tools: ['shell'] }, 'not_in_this_build'],
  ['cannot keep a limit', { agent: 'codex', limits: { ...noLimits, tokens: 9 } }, 'agent_failed'],
];
for (const [name, work, reason] of refusals) {
  test(`an agent that ${name} is not started`, async (t) => {
    const env = { PATH: '/nowhere' };
    const ended = await runWorker(t, agentWork({ model: null, ...work }), env);
    assert.equal(ended.report?.['result'], 'failed');
    assert.equal(ended.report?.['reason'], reason);
  });
}

test('a program that stays is ended with the worker', async (t) => {
  const fake = installFake(t, 'codex', { lines: codexStream.slice(0, 4), stays: true });
  const worker = startWorker(t, agentWork({ agent: 'codex', model: null }), { PATH: fake.path });
  const until = Date.now() + 30_000;
  const hasCalled = (): boolean => worker.transcript().includes('"call"');
  while (!hasCalled()) {
    assert.ok(Date.now() < until, 'it never came so far');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  worker.kill('SIGTERM');
  const ended = await worker.ended;
  assert.equal(ended.report?.['message'], 'It was told to end.');
  assert.equal(ended.transcript.at(-1)?.['kind'], 'end');
});
