import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import test, { type TestContext } from 'node:test';
import { type Json, Person, type Running, sleep, until } from './program.ts';

type Heard = {
  readonly at: number;
  readonly id: string;
  readonly path: string;
  readonly body: string;
};

/** Somebody else's server: it keeps what it was asked, and answers as told. */
async function serve(
  t: TestContext,
  answer: (response: ServerResponse, asked: number) => void,
): Promise<{ readonly url: string; readonly heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const id = String(request.headers['webhook-id'] ?? '');
      const body = Buffer.concat(parts).toString();
      heard.push({ at: Date.now(), id, path: request.url ?? '', body });
      answer(response, heard.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, heard };
}

const answering = (status: number) => (response: ServerResponse) =>
  void response.writeHead(status).end();

async function personWith(
  t: TestContext,
  settings: Readonly<Record<string, string>>,
): Promise<Person> {
  const person = new Person();
  t.after(() => person.leave());
  for (const [name, value] of Object.entries({ privateTargets: '127.0.0.1', ...settings }))
    assert.equal((await person.type(['config', 'set', name, value])).code, 0);
  return person;
}

async function startRunner(person: Person): Promise<Running> {
  const runner = person.start(['runner']);
  await until('the runner owns', async () => {
    const { answer } = await person.ask(['status']);
    const { value } = answer.at('holder');
    return value !== null && answer.number('holder', 'pid') === runner.pid ? true : undefined;
  });
  return runner;
}

const states = (list: readonly Json[]): readonly string[] =>
  list.map((one) => `${one.text('target').replace(/.*#/, '')} ${one.text('state')}`).sort();

test('one run, three destinations: delivered in the end, unknown and not sent again, failed with its cause; the owner is killed three times', async (t) => {
  const busy = await serve(t, (response, asked) => answering(asked <= 5 ? 502 : 200)(response));
  const silent = await serve(t, () => {});
  const closed = await serve(t, answering(403));
  const person = await personWith(t, { deliveryTimeout: '2s' });
  let runner = await startRunner(person);
  const targets = [`${busy.url}/#busy`, `${silent.url}/#silent`, `${closed.url}/#closed`];
  const added = await person.type([
    'add',
    'every 1h',
    '--name',
    'report',
    ...targets.flatMap((target) => ['--deliver', `webhook:${target}`]),
    '--',
    'sh',
    '-c',
    'echo ran >> ran; echo the report',
  ]);
  assert.equal(added.code, 0, added.err);
  assert.equal((await person.type(['run', 'report', '--wait'])).code, 0);
  const store = await person.openStore();
  t.after(() => store.close());
  const all = () => store.outbox.list('default', { limit: 10 });
  await until(
    'one was refused for good',
    async () => (await all()).some(({ state }) => state === 'failed') || undefined,
    30_000,
  );
  for (const answered of [1, 3, 5]) {
    // Only then nothing is on its way there: a try whose answer was not written down would be unknown.
    await until(
      `${answered} answers are written down`,
      async () => {
        const owed = (await all()).find(({ target }) => target.endsWith('#busy'));
        const isWritten = owed?.tries === answered && owed.state === 'pending';
        return isWritten && owed.cause !== null ? true : undefined;
      },
      30_000,
    );
    runner.signal('SIGKILL');
    await runner.ended;
    runner = await startRunner(person);
  }
  const settled = await until(
    'everything is settled',
    async () => {
      const { answer } = await person.ask(['deliveries']);
      const list = answer.list('deliveries');
      return list.every((one) => /delivered|failed|unknown/.test(one.text('state')))
        ? list
        : undefined;
    },
    40_000,
  );
  assert.deepEqual(states(settled), ['busy delivered', 'closed failed', 'silent unknown']);
  const refused = settled.find((one) => one.text('target').endsWith('#closed'));
  assert.match(refused?.text('cause') ?? '', /403/);
  await sleep(1_500);
  assert.equal(busy.heard.length, 6);
  assert.equal(new Set(busy.heard.map(({ id }) => id)).size, 1);
  assert.equal(new Set(busy.heard.map(({ body }) => body)).size, 1);
  assert.match(busy.heard[0]?.body ?? '', /"text":"the report\\n"/);
  assert.equal(silent.heard.length, 1, 'a send that may have arrived was repeated');
  assert.equal(closed.heard.length, 1);
  assert.equal(person.read('ran'), 'ran\n');
  const { answer } = await person.ask(['runs']);
  assert.equal(answer.text('runs', 0, 'outcome'), 'succeeded');
  const told = await person.ask(['inbox']);
  assert.deepEqual(
    told.answer.list('entries').map((one) => one.text('event')),
    ['undelivered', 'undelivered'],
  );
  assert.match(
    (await person.type(['status'])).out + (await person.type(['status'])).err,
    /not delivered/,
  );
});

/** Healthchecks as far as it matters: it alarms when it heard nothing for longer than its grace. */
function alarmsAt(heard: readonly Heard[], graceMs: number): number | null {
  const last = heard.at(-1)?.at;
  return last !== undefined && Date.now() - last > graceMs ? last + graceMs : null;
}

test('the scheduler stops: a monitor outside alarms within its grace, and of two dashboards one tells, once', async (t) => {
  const graceMs = 4_000;
  const monitor = await serve(t, answering(200));
  const alerts = await serve(t, answering(200));
  const person = await personWith(t, {
    // An owner that is starved for two of these counts as absent.
    leaseTtl: '3s',
    heartbeat: `${monitor.url}/{profile}`,
    heartbeatEvery: '500ms',
    alerts: `inbox webhook:${alerts.url}/`,
  });
  const runner = await startRunner(person);
  assert.equal((await person.type(['add', 'every 1h', '--', 'true'])).code, 0);
  for (let n = 0; n < 2; n += 1) person.start(['dashboard', '--no-open', '--port', '0']);
  await until(
    'both dashboards are there',
    async () => {
      const { answer } = await person.ask(['status']);
      return answer.list('instances').length === 3 ? true : undefined;
    },
    20_000,
  );
  await until('the monitor hears the owner', () => (monitor.heard.length >= 3 ? true : undefined));
  assert.deepEqual([...new Set(monitor.heard.map(({ path }) => path))], ['/default']);
  assert.equal(alerts.heard.length, 0);
  runner.signal('SIGKILL');
  await runner.ended;
  await until(
    'the monitor alarms',
    () => alarmsAt(monitor.heard, graceMs) ?? undefined,
    graceMs + 5_000,
  );
  await until(
    'it is told that nobody owns',
    () => (alerts.heard.length > 0 ? true : undefined),
    30_000,
  );
  await sleep(1_500);
  const events = () => alerts.heard.map(({ body }) => /"event":"(\w+)"/.exec(body)?.[1]);
  assert.deepEqual(events(), ['owner_absent']);
  const { answer } = await person.ask(['inbox']);
  assert.deepEqual(
    answer.list('entries').map((one) => one.text('event')),
    ['owner_absent'],
  );
  await startRunner(person);
  await until('it is told that somebody owns again', () =>
    events().includes('owner_present') ? true : undefined,
  );
  await until('the monitor is calm again', () =>
    alarmsAt(monitor.heard, graceMs) === null ? true : undefined,
  );
  assert.deepEqual(events(), ['owner_absent', 'owner_present']);
});

test('the monitor of a job hears of its starts and ends, and a silent run tells nobody', async (t) => {
  const monitor = await serve(t, answering(200));
  const person = await personWith(t, {});
  await startRunner(person);
  const add = (name: string, line: string) =>
    person.type([
      'add',
      'every 1h',
      '--name',
      name,
      '--ping',
      `${monitor.url}/${name}`,
      '--shell',
      line,
    ]);
  assert.equal((await add('good', 'echo "[SILENT]"')).code, 0);
  assert.equal((await add('bad', 'exit 3')).code, 0);
  await person.type(['run', 'good', '--wait']);
  await person.type(['run', 'bad', '--wait']);
  const paths = () =>
    monitor.heard.map(({ path }) => path.replace(/\?rid=[0-9a-f-]{36}$/, '')).sort();
  await until('all of it is heard', () => (paths().length >= 4 ? true : undefined));
  assert.deepEqual(paths(), ['/bad/3', '/bad/start', '/good', '/good/start']);
  const { answer } = await person.ask(['inbox']);
  assert.deepEqual(
    answer.list('entries').map((one) => one.text('title')),
    ['bad failed'],
  );
});

test('a program that takes longer to deliver than the next look for remnants delivers', async (t) => {
  const person = await personWith(t, {});
  const program = `command:sh -c "sleep 12; cat >> ${person.file('got')}"`;
  await startRunner(person);
  const add = (name: string, target: string) =>
    person.type(['add', 'every 1h', '--name', name, '--deliver', target, '--shell', 'echo it']);
  assert.equal((await add('first', 'local')).code, 0);
  assert.equal((await add('second', program)).code, 0);
  // After the first end it looks at once, after the second some seconds later.
  assert.equal((await person.type(['run', 'first', '--wait'])).code, 0);
  await sleep(1_000);
  assert.equal((await person.type(['run', 'second', '--wait'])).code, 0);
  const settled = await until(
    'it is settled',
    async () => {
      const { answer } = await person.ask(['deliveries']);
      const [one] = answer.list('deliveries');
      return one !== undefined && !/pending|sending/.test(one.text('state')) ? one : undefined;
    },
    30_000,
  );
  assert.deepEqual([settled.text('state'), person.read('got')], ['delivered', 'it\n']);
});
