import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe } from 'node:test';
import { exchange } from '../http/house.ts';
import { readTestimonies, witnessLine } from '../reports/witness.ts';
import { isAlive, kill } from './asking.ts';
import { startDashboard } from './dashboard.ts';
import { Json, type Person, type Running, sleep, until } from './program.ts';
import {
  addJob,
  ask,
  firstLine,
  holderPid,
  instanceOf,
  journey,
  status,
  statusWhen,
} from './story.ts';

/** The dashboard that `up` has beside it, and what happens when one of the two ends, or when a port is taken. `LONG=1` takes more ways. */

const isLong = process.env['LONG'] === '1';

const beat = (person: Person): Promise<string> =>
  addJob(person, ['every 1s', '--name', 'beat', '--shell', witnessLine(person.file('witness'))]);

const whenMore = (person: Person, number: number): Promise<true> => {
  const count = (): number => readTestimonies(person.file('witness')).length;
  const before = count();
  return until(
    `${number} more runs`,
    () => (count() >= before + number ? true : undefined),
    20_000,
  );
};

/** What `up --json` told, one document a line. */
const told = (up: Running, kind: string): Json[] =>
  up
    .output()
    .split('\n')
    .filter((line) => line.startsWith(`{"kind":"${kind}"`))
    .map((line) => new Json(JSON.parse(line)));

type Beside = { readonly pid: number; readonly url: string; readonly link: string };

/** Waits until `up` said where its dashboard is, and `status` lists it. */
async function whenBeside(person: Person, up: Running): Promise<Beside> {
  const event = await until(
    'it says where the dashboard is',
    () => told(up, 'dashboard')[0],
    30_000,
  );
  const url = event.text('url');
  const isListed = (said: Json): boolean =>
    said.list('instances').some((one) => one.at('url').value === url);
  const said = await statusWhen(person, 'the dashboard is listed', isListed, 20_000);
  const listed = said.list('instances').find((one) => one.at('url').value === url);
  assert.equal(listed?.text('role'), 'dashboard');
  assert.equal(listed.text('standing'), 'delegator');
  return { pid: listed.number('pid'), url, link: event.text('link') };
}

const portOf = (url: string): number => Number(new URL(url).port);

describe('up', { concurrency: 2 }, () => {
  journey(
    'has a dashboard beside it; the death of that one is told, and jobs run on',
    async (person) => {
      await beat(person);
      const up = person.start(['--json', 'up']);
      const { pid, url, link } = await whenBeside(person, up);
      assert.notEqual(pid, up.pid);
      assert.match(link, /\/#link=ck_/);
      assert.equal((await exchange(portOf(url), '/api/v1/status')).status, 401);
      await whenMore(person, 2);
      kill(pid);
      await until('it tells', () => told(up, 'alone')[0]);
      assert.match(told(up, 'alone')[0]?.text('message') ?? '', /has ended; jobs run on/);
      await whenMore(person, 2);
      assert.equal(holderPid(await status(person)), up.pid);
      assert.equal(await up.stop(), 0);
    },
  );

  journey(
    'can be killed without its dashboard, which then says that nothing will run; the next one finds it',
    async (person) => {
      await beat(person);
      const first = person.start(['--json', 'up']);
      const { pid, url } = await whenBeside(person, first);
      try {
        await whenMore(person, 2);
        first.signal('SIGKILL');
        await first.ended;
        const said = await statusWhen(person, 'nobody owns', (shown) => holderPid(shown) === null);
        assert.equal(instanceOf(said, pid)?.text('standing'), 'delegator');
        assert.equal((await exchange(portOf(url), '/api/v1/status')).status, 401);
        const second = person.start(['--json', 'up']);
        assert.equal((await whenBeside(person, second)).pid, pid);
        await whenMore(person, 2);
        assert.equal(await second.stop(), 0);
        assert.ok(isAlive(pid), 'it is not the one that was started by this up');
      } finally {
        kill(pid);
      }
    },
  );

  journey('tells no link where it would end in a log, only how to get one', async (person) => {
    const up = person.start(['up']);
    try {
      await until('it tells where', () => (/Dashboard: /.test(up.output()) ? true : undefined));
      assert.match(up.output(), /A link to get in: cronkeeper dashboard link/);
      assert.doesNotMatch(up.output(), /link=/);
    } finally {
      await up.stop();
    }
  });

  journey(
    'ends its dashboard when it is told to stop, and has none with --no-dashboard',
    async (person) => {
      const up = person.start(['--json', 'up']);
      const { pid } = await whenBeside(person, up);
      try {
        assert.equal(await up.stop(), 0);
        assert.ok(!isAlive(pid));
      } finally {
        kill(pid);
      }
      const alone = person.start(['up', '--no-dashboard']);
      await statusWhen(person, 'it owns', (said) => holderPid(said) === alone.pid);
      assert.doesNotMatch(alone.output(), /dashboard/i);
      assert.deepEqual((await status(person)).list('instances').length, 1);
      assert.equal(await alone.stop(), 0);
    },
  );
});

describe('a port', { concurrency: 2 }, () => {
  journey('that something else has is told, with a way out', async (person) => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      const said = await ask(person, ['dashboard', '--port', String(port)], 3);
      assert.match(said.text('error', 'message'), new RegExp(`Port ${port} is taken`));
      assert.equal(said.text('error', 'remedy', 'text'), 'cronkeeper dashboard --port 0');
    } finally {
      server.close();
    }
  });

  journey('that the dashboard of this profile has is named, with the way in', async (person) => {
    const { port, url } = await startDashboard(person);
    await statusWhen(person, 'it is listed', (said) => said.list('instances').length === 1);
    const said = await person.type(['dashboard', '--port', String(port)]);
    assert.equal(said.code, 3);
    assert.ok(said.err.includes(`answers there: ${url}`), said.err);
    assert.match(said.err, /→ .*cronkeeper dashboard link/);
    const link = await person.type(['dashboard', 'link']);
    assert.ok(firstLine(link).startsWith(`${url}/#link=ck_`), link.out);
  });
});

const starting = [['dashboard', '--port', '0'], ...(isLong ? [['runner'], ['up']] : [])];

for (const words of starting)
  journey(`${words[0]} that is told to stop while it starts does so`, async (person) => {
    for (const afterMs of [100, 150, 200, 250, 300, 400]) {
      const running = person.start(words);
      await sleep(afterMs);
      running.signal('SIGTERM');
      const ended = running.ended.then(() => true);
      const isOver = await Promise.race([ended, sleep(9_000).then(() => false)]);
      assert.ok(isOver, `after ${afterMs} ms it did not hear it: ${running.output()}`);
    }
  });
