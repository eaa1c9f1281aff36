import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type FakeServer, type Script, serveOpenAi } from '../agents/fake-openai.ts';
import { percentile } from '../torture/checker.ts';
import { hasBegun, type Json, type Person, type Running, until } from './program.ts';
import { journey, runsOf, statusWhen, willRun } from './story.ts';

/** Agents and calls through the whole program: made at the command line, started by a runner, asked at a server that speaks as real ones do. */

const key = 'key-of-a-fake-model-8f3a2c';

/** A runner, and a model that answers by a script; its key is a secret of the home. */
async function withModel(
  person: Person,
  t: TestContext,
  script: Script,
): Promise<{ readonly server: FakeServer; readonly runner: Running }> {
  const server = await serveOpenAi(script);
  t.after(() => server.close());
  const kept = await person.type(['secret', 'set', 'fake'], {}, `${key}\n`);
  assert.equal(kept.code, 0, kept.err);
  for (const [name, value] of [
    ['models.fake.url', server.url],
    ['models.fake.key', `\${secret:fake}`],
    ['model', 'fake/fake-1'],
  ] as const) {
    const set = await person.type(['config', 'set', name, value]);
    assert.equal(set.code, 0, set.err);
  }
  const runner = person.start(['runner']);
  await statusWhen(person, 'jobs will run', willRun, 20_000);
  return { server, runner };
}

async function added(person: Person, ...words: readonly string[]): Promise<void> {
  const { code, out, err } = await person.type(['add', ...words]);
  assert.equal(code, 0, `${out}${err}`);
}

const ended = (person: Person, job: string): Promise<Json> =>
  until(
    `${job} ended`,
    async () => {
      const [run] = await runsOf(person, job);
      return run?.at('state').value === 'ended' ? run : undefined;
    },
    40_000,
  );

/** Every file of the home but the one in which secrets are kept. */
function filesWith(home: string, text: string): readonly string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(home, name);
    if (name.startsWith('secrets') || !statSync(path, { throwIfNoEntry: false })?.isFile())
      return false;
    return readFileSync(path).includes(text);
  });
}

journey(
  'an agent does its work, says what it did, and keeps the key of its model',
  async (person, t) => {
    const { server } = await withModel(person, t, [
      {
        kind: 'calls',
        calls: [{ name: 'shell', input: { command: 'echo "$CRONKEEPER_MODEL_KEY" seen; env' } }],
      },
      { kind: 'text', pieces: ['All ', `is well, ${key}.`] },
    ]);
    await added(person, 'in 1s', 'Look around', '--tools', 'shell', '--name', 'look');
    const run = await ended(person, 'look');
    assert.equal(run.text('outcome'), 'succeeded');
    assert.equal(server.asked.length, 2);
    assert.equal(server.asked[0]?.headers['authorization'], `Bearer ${key}`);
    const { answer } = await person.ask(['transcript', 'look']);
    assert.deepEqual(
      answer
        .list('entries')
        .map((entry) => entry.text('kind'))
        .filter((kind) => kind !== 'note'),
      ['prompt', 'answered', 'call', 'result', 'text', 'answered', 'end'],
    );
    assert.deepEqual(
      [answer.number('usage', 'inputTokens'), answer.number('usage', 'toolCalls')],
      [200, 1],
    );
    const { out } = await person.type(['logs', 'look']);
    assert.match(out, /All is well/);
    assert.deepEqual(filesWith(person.home, key), []);
  },
);

journey('an agent reads nothing of the home, although it lies in its folder', async (person, t) => {
  const names = ['secrets/fake', 'config.yaml', 'notes.txt'];
  const paths = names.map((name) => join(basename(person.home), name));
  await withModel(person, t, [
    { kind: 'calls', calls: paths.map((path) => ({ name: 'read-file', input: { path } })) },
    { kind: 'text', pieces: ['Done.'] },
  ]);
  writeFileSync(person.file('notes.txt'), 'a note');
  const folder = dirname(person.home);
  await added(person, 'in 1s', 'Read', '--tools', 'read-file', '--cwd', folder, '--name', 'read');
  assert.equal((await ended(person, 'read')).text('outcome'), 'succeeded');
  const { answer } = await person.ask(['transcript', 'read']);
  const results = answer.list('entries').filter((entry) => entry.text('kind') === 'result');
  assert.equal(results.length, names.length);
  for (const result of results)
    assert.match(result.text('text'), /Nothing of cronkeeper's own home/);
});

journey(
  'an agent whose runner is killed is adopted: one transcript, one outcome',
  async (person, t) => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = createServer((_request, response) => {
      void held.then(() => response.end('now'));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    t.after(() => slow.close());
    const address = slow.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { server, runner } = await withModel(person, t, [
      { kind: 'calls', calls: [{ name: 'fetch', input: { url: `http://127.0.0.1:${port}/` } }] },
      { kind: 'text', pieces: ['Done after all.'] },
    ]);
    await added(person, 'in 1s', 'Wait for it', '--tools', `fetch:127.0.0.1`, '--name', 'wait');
    await until(
      'it waits for its tool',
      () => (server.asked.length === 1 ? true : undefined),
      20_000,
    );
    runner.signal('SIGKILL');
    await runner.ended;
    person.start(['runner']);
    const adopted = await until(
      'it is adopted',
      async () => {
        const [run] = await runsOf(person, 'wait');
        const by = run?.at('attempts', 0, 'adoptedBy').value;
        return typeof by === 'string' ? run : undefined;
      },
      30_000,
    );
    assert.equal(adopted.text('state'), 'running');
    release();
    const run = await ended(person, 'wait');
    assert.deepEqual([run.text('outcome'), run.list('attempts').length], ['succeeded', 1]);
    const { answer } = await person.ask(['transcript', 'wait']);
    const kinds = answer.list('entries').map((entry) => entry.text('kind'));
    assert.deepEqual(
      [
        kinds.filter((kind) => kind === 'prompt').length,
        kinds.filter((kind) => kind === 'end').length,
      ],
      [1, 1],
    );
    assert.equal(server.asked.length, 2);
  },
);

journey(
  'a model that is used up is asked once, and the run is put off until then',
  async (person, t) => {
    const { server } = await withModel(person, t, [
      {
        kind: 'error',
        status: 429,
        body: { error: { message: 'Rate limit reached', type: 'rate_limit_error' } },
        headers: { 'retry-after': '7200' },
      },
    ]);
    await added(person, 'in 1s', 'Think', '--name', 'think', '--retries', '3');
    const run = await until(
      'it is put off',
      async () => {
        const [one] = await runsOf(person, 'think');
        return one?.at('reason').value === 'rate_limited' ? one : undefined;
      },
      30_000,
    );
    assert.deepEqual([run.text('state'), run.list('attempts').length], ['queued', 1]);
    const waits = Date.parse(run.text('notBefore')) - Date.now();
    assert.ok(waits > 7_100_000 && waits <= 7_201_000, `${waits}`);
    const { out } = await person.type(['status']);
    assert.match(out, /think waits until .*rate limited/);
    assert.equal(server.asked.length, 1);
  },
);

journey('a model that loops ends at its limit, with that reason', async (person, t) => {
  const call = { name: 'shell', input: { command: 'echo again' } };
  const { server } = await withModel(person, t, [{ kind: 'calls', calls: [call] }]);
  await added(
    person,
    'in 1s',
    'Loop',
    '--tools',
    'shell',
    '--max-tool-calls',
    '3',
    '--name',
    'loop',
  );
  const run = await ended(person, 'loop');
  assert.deepEqual([run.text('outcome'), run.text('reason')], ['failed', 'tool_call_limit']);
  assert.ok(server.asked.length <= 4, `${server.asked.length} questions`);
});

journey(
  'a call that fails and is tried again is one call to the server, and its secret stays',
  async (person, t) => {
    const seen: (readonly [string | undefined, string | undefined])[] = [];
    const server = createServer((request, response) => {
      const { authorization, 'idempotency-key': same } = request.headers;
      seen.push([authorization, typeof same === 'string' ? same : undefined]);
      response.statusCode = seen.length === 1 ? 500 : 200;
      response.end(`you said ${authorization}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`;
    await withModel(person, t, []);
    const options = ['--retries', '1', '--retry-delay', '0s', '--name', 'call'];
    const header = `Authorization: Bearer \${secret:fake}`;
    const refused = await person.type(['add', 'in 1s', '--http', 'POST', url, ...options]);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /private/);
    await added(
      person,
      'in 1s',
      '--http',
      'POST',
      url,
      '--header',
      header,
      '--allow',
      '127.0.0.1',
      ...options,
    );
    const run = await ended(person, 'call');
    assert.deepEqual([run.text('outcome'), run.list('attempts').length], ['succeeded', 2]);
    assert.deepEqual(new Set(seen.map(([secret]) => secret)), new Set([`Bearer ${key}`]));
    assert.equal(new Set(seen.map(([, same]) => same)).size, 1);
    assert.notEqual(seen[0]?.[1], undefined);
    assert.deepEqual(filesWith(person.home, key), []);
  },
);

journey('twenty agents that wait keep no command waiting', async (person, t) => {
  await withModel(person, t, [{ kind: 'raw', text: '', after: 'hang' }]);
  const jobs = Array.from({ length: 20 }, (_, at) => ({
    name: `slow-${at}`,
    when: 'in 2s',
    prompt: 'Wait',
  }));
  writeFileSync(person.file('jobs.yaml'), JSON.stringify({ version: 1, jobs }));
  const applied = await person.type(['apply', person.file('jobs.yaml')]);
  assert.equal(applied.code, 0, applied.err);
  const running = async (): Promise<number> => {
    const { answer } = await person.ask(['runs', '--state', 'running', '--limit', '100']);
    return answer.list('runs').length;
  };
  await until('all of them run', async () => ((await running()) >= 20 ? true : undefined), 40_000);
  await added(person, 'every 1s', '--name', 'second', '--', 'true');
  const begun = await until(
    'ten seconds were served',
    async () => {
      // The newest may not be told to have begun.
      const runs = (await runsOf(person, 'second')).filter(hasBegun);
      return runs.length >= 10 ? runs : undefined;
    },
    30_000,
  );
  const late = begun.map(
    (run) => Date.parse(run.text('attempts', 0, 'startedAt')) - Date.parse(run.text('fireTime')),
  );
  t.diagnostic(`start minus fire time beside twenty agents: max ${percentile(late, 1)} ms`);
  assert.equal((await running()) >= 20, true);
});
