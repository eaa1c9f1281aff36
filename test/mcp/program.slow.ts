import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDashboard } from '../journeys/dashboard.ts';
import { Json, Person, until } from '../journeys/program.ts';
import { type Agent, agentOverHttp, agentOverStdio, type Era } from './clients.ts';
import { type RawStdio, shakeHands, startRawStdio } from './raw-stdio.ts';

let person: Person;
let url: string;
let token: string;
before(async () => {
  person = new Person();
  url = (await startDashboard(person, ['--no-open'])).url;
  const added = await person.ask(['dashboard', 'token', 'add', 'agent', '--scope', 'edit']);
  token = added.answer.text('token');
});
after(() => person.leave());

test('with no owner a job is stored, the result says that nothing runs it, and a run is refused', async (t) => {
  // Else their jobs wait for a person, owner or not.
  await person.type(['config', 'set', 'agentsMay', 'command']);
  const agent = await agentOverStdio(person);
  t.after(() => agent.leave());
  const added = await agent.call('jobs_add', { when: 'every 24h', command: ['true'] });
  assert.match(added.text('warning'), /^⚠ NOTHING WILL RUN THIS JOB: no scheduler is active/);
  const job = added.text('job', 'id');
  const shown = await person.ask(['show', job]);
  assert.deepEqual(added.at('readiness').value, shown.answer.at('readiness').value);
  const { error, words } = await agent.refused('jobs_run', { job });
  assert.equal(error.text('code'), 'owner_absent');
  assert.match(words, /^Refused \(owner_absent\): .*\nWhat to do: cronkeeper /);
  const night = await agent.call('tonight', { until: '30h' });
  assert.equal(night.at('verdict', 'isGood').value, false);
  await person.type(['remove', job]);
});

const doors: readonly { readonly name: string; open(era: Era): Promise<Agent> }[] = [
  { name: 'standard input and output', open: (era) => agentOverStdio(person, [], era) },
  { name: 'HTTP', open: (era) => agentOverHttp(`${url}/mcp`, token, era) },
];

test('the official client lists, creates, runs and reads a job over both transports', {
  timeout: 120_000,
}, async (t) => {
  person.start(['runner']);
  for (const { name, open } of doors)
    for (const era of ['legacy', 'auto'] as const)
      await t.test(`over ${name}, ${era}`, async (t) => {
        const agent = await open(era);
        t.after(() => agent.leave());
        await until(
          'an owner',
          async () =>
            (await agent.call('status')).at('readiness', 'willRun').value === true || undefined,
          30_000,
        );
        assert.ok((await agent.client.listTools()).tools.length >= 30);
        await wholeStory(agent, `hello over ${name} ${era}`);
      });
});

async function wholeStory(agent: Agent, said: string): Promise<void> {
  const added = await agent.call('jobs_add', {
    when: 'every weekday at 9am',
    name: said,
    command: ['echo', said],
  });
  assert.ok(!added.has('warning'));
  assert.equal(added.text('understood', 'canonical').slice(0, 11), '0 9 * * 1-5');
  const job = added.text('job', 'id');
  const asked = await agent.call('jobs_run', { job });
  assert.equal(asked.text('word'), 'Running');
  const run = asked.text('run', 'id');
  const ended = await until(
    'the end of the run',
    async () => {
      const shown = await agent.call('runs_show', { run });
      return shown.text('run', 'state') === 'ended' ? shown : undefined;
    },
    30_000,
  );
  assert.equal(ended.text('run', 'outcome'), 'succeeded');
  assert.equal((await agent.call('runs_logs', { subject: run })).text('text'), `${said}\n`);
  const { value } = (await agent.call('runs_transcript', { subject: run })).at('isAbsent');
  assert.equal(value, true, 'no agent was asked');
  const { contents } = await agent.client.readResource({ uri: `cronkeeper://default/runs/${run}` });
  const [content] = contents;
  assert.ok(content !== undefined && 'text' in content);
  const read = new Json(JSON.parse(content.text));
  assert.deepEqual(
    [read.text('run', 'id'), read.text('run', 'outcome')],
    [run, ended.text('run', 'outcome')],
  );
  const { resources } = await agent.client.listResources();
  for (const uri of [`jobs/${job}`, `runs/${run}`])
    assert.ok(resources.some((one) => one.uri === `cronkeeper://default/${uri}`));
  const night = await agent.call('tonight', { until: '100h' });
  assert.equal(night.at('verdict', 'isGood').value, true);
  const again = (await agent.call('runs_retry', { run })).text('run', 'id');
  await agent.refused('runs_cancel', { run });
  await until('the end of the second run', async () => {
    const shown = await agent.call('runs_show', { run: again });
    return shown.text('run', 'state') === 'ended' || undefined;
  });
  await agent.refused('deliveries_retry', { delivery: 'nothing' });
  assert.equal((await agent.call('jobs_remove', { job })).text('job', 'id'), job);
}

const call = (raw: RawStdio, name: string, fields: Readonly<Record<string, unknown>> = {}) =>
  raw.ask('tools/call', { name, arguments: fields });

test('whatever comes in on standard input, the answer is clear and the next question is answered', {
  timeout: 60_000,
}, async (t) => {
  const raw = startRawStdio(person);
  t.after(() => raw.end());
  await shakeHands(raw);
  const jobsBefore = (await person.ask(['list'])).answer.list('jobs').length;
  const bad: readonly { readonly text: string; readonly error: RegExp }[] = [
    { text: 'garbage\n', error: /This line is no JSON/ },
    { text: '\u0000\u0007{"jsonrpc"\n', error: /This line is no JSON/ },
    { text: '{"id":1}\n', error: /no JSON-RPC 2\.0 message/ },
    { text: `[{"jsonrpc":"2.0","id":9,"method":"ping"}]\n`, error: /no JSON-RPC 2\.0 message/ },
    { text: `${'x'.repeat(9_000_000)}\n`, error: /bytes at most/ },
  ];
  for (const [index, { text, error }] of bad.entries()) {
    raw.write(text);
    assert.match((await raw.answerTo(null, index)).text('error', 'message'), error);
    const status = await raw.answerTo(call(raw, 'status'));
    assert.ok(status.at('result').has('structuredContent'));
  }
  const refused: readonly (readonly [name: string, fields: object, words: RegExp])[] = [
    ['nothing', {}, /There is no tool "nothing"/],
    ['jobs_list', { colour: 'blue' }, /colour: /],
    ['jobs_add', { when: 7, command: ['true'] }, /when: /],
    ['jobs_add', { when: 'every 2h', command: [`${'y'.repeat(1_048_576)}`] }, /command: /],
    ['jobs_add', { when: 'every 2h', name: 'z'.repeat(1_048_576), command: ['true'] }, /name: /],
    ['jobs_add', { when: '30m', command: ['true'] }, /in 30m.*every 30m|every 30m.*in 30m/s],
  ];
  for (const [name, fields, words] of refused) {
    const { value } = (await raw.answerTo(call(raw, name, { ...fields }))).at('result');
    const result = new Json(value);
    assert.equal(result.at('isError').value, true, name);
    assert.match(result.text('content', 0, 'text'), words);
    assert.ok(JSON.stringify(value).length < 4_000, 'an error does not repeat what was sent');
  }
  const unknown = await raw.answerTo(raw.ask('nothing/here'));
  assert.match(unknown.text('error', 'message'), /Method not found/);
  const listed = await raw.answerTo(call(raw, 'jobs_list'));
  assert.equal(listed.list('result', 'structuredContent', 'jobs').length, jobsBefore);
  // Every line was read as a message on the way; nothing else stood on standard output.
  assert.ok(raw.messages().length >= 17);
  assert.equal(await raw.end(), 0);
  assert.equal(raw.errors(), '');
});

test('--scope and -p hold over standard input too', async (t) => {
  await person.type(['profile', 'add', 'la']);
  const raw = startRawStdio(person, ['-p', 'la']);
  t.after(() => raw.end());
  await shakeHands(raw);
  const status = await raw.answerTo(call(raw, 'status'));
  assert.equal(status.text('result', 'structuredContent', 'profile'), 'la');
  const all = await raw.answerTo(call(raw, 'jobs_list', { allProfiles: true }));
  assert.match(all.text('result', 'content', 0, 'text'), /only for|for "la" only/);
  assert.equal(await raw.end(), 0);
  const wrong = await person.type(['mcp', '--scope', 'admin']);
  assert.equal(wrong.code, 2);
  assert.equal(wrong.out, '');
  const reader = await person.type(['mcp', '--scope', 'read'], {}, '');
  assert.deepEqual(reader, { code: 0, out: '', err: '' });
});
