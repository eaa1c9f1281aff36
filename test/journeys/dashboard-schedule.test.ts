import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe } from 'node:test';
import { readTestimonies, witnessLine } from '../reports/witness.ts';
import { type Browser, type Dashboard, signIn, startDashboard } from './dashboard.ts';
import { Json, type Person, patienceMs, until } from './program.ts';
import {
  addJob,
  ask,
  holderPid,
  instanceOf,
  journey,
  runsOf,
  startBeside,
  statusWhen,
  willRun,
} from './story.ts';

/** A dashboard that runs the jobs as well. `LONG=1` sends a thousand clients, and waits until a runner takes over by itself. */

const isLong = process.env['LONG'] === '1';
const clients = isLong ? 1_000 : 120;
/** Later than this is a catch-up, by the guarantee. */
const boundMs = 5_000;

async function startScheduler(person: Person): Promise<Dashboard> {
  const dashboard = await startDashboard(person, ['--schedule']);
  await statusWhen(person, 'it owns', (said) => holderPid(said) === dashboard.pid, 20_000);
  return dashboard;
}

const beat = (person: Person, worksSeconds = 0): Promise<string> =>
  addJob(person, [
    ...['every 1s', '--name', 'beat', '--overlap', 'allow'],
    ...['--shell', witnessLine(person.file('witness'), worksSeconds)],
  ]);

const testimoniesOf = (person: Person) => readTestimonies(person.file('witness'));

const whenMore = (person: Person, number: number): Promise<true> => {
  const before = testimoniesOf(person).length;
  return until(
    `${number} more runs`,
    () => (testimoniesOf(person).length >= before + number ? true : undefined),
    20_000,
  );
};

/** Every occurrence from the first that ran to the last is one run, which was not late. */
async function assertOnTime(person: Person): Promise<void> {
  const runs = (await runsOf(person, 'beat', 1_000)).filter((run) => run.text('state') === 'ended');
  assert.ok(runs.length >= 3, `only ${runs.length} runs`);
  for (const run of runs) {
    assert.equal(run.text('outcome'), 'succeeded');
    const lateMs = run.number('latenessMs');
    assert.ok(lateMs <= boundMs, `${run.text('fireTime')} was late by ${lateMs} ms`);
  }
  const times = runs.map((run) => Date.parse(run.text('fireTime'))).sort();
  assert.equal(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000 + 1, times.length, 'a gap');
}

/** Comes with half a request, an event stream that nobody reads, or nothing, and is gone again. */
function comeAndGo(port: number, index: number, cookie: string): Promise<void> {
  const words = [
    '',
    'GET /api/v1/jobs HTTP/1.1\r\nHost: 127.0',
    `GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`,
    `GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`,
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(words[index % words.length] ?? '');
      setTimeout(() => socket.destroy(), index % 7);
    });
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

async function comeAndGoAll({ port }: Dashboard, { cookie }: Browser): Promise<void> {
  const together = 20;
  for (let first = 0; first < clients; first += together) {
    const group = Array.from({ length: Math.min(together, clients - first) }, (_, index) =>
      comeAndGo(port, first + index, cookie),
    );
    await Promise.all(group);
  }
}

describe('a dashboard that schedules', { concurrency: 2 }, () => {
  journey(
    'runs every job in time with no browser, and while clients come and vanish',
    async (person, t) => {
      const dashboard = await startScheduler(person);
      await beat(person);
      await whenMore(person, 3);
      await assertOnTime(person);
      const browser = await signIn(dashboard);
      const vanished = comeAndGoAll(dashboard, browser);
      await Promise.all([vanished, whenMore(person, 3)]);
      t.diagnostic(`${clients} clients came and vanished`);
      assert.equal((await browser.get('/status')).status, 200, 'it answers those who stay');
      await whenMore(person, 2);
      await assertOnTime(person);
      for (const { chain } of testimoniesOf(person)) assert.ok(chain.includes(dashboard.pid));
    },
  );

  journey('hears at once what its own page asks for', async (person) => {
    const { get, post } = await signIn(await startScheduler(person));
    const here = async (path: string, body: unknown): Promise<Json> => {
      const reply = await post(path, body);
      assert.ok(reply.status < 300, reply.text);
      return new Json(JSON.parse(reply.text));
    };
    const ended = async (job: string): Promise<number> => {
      const listed = new Json(JSON.parse((await get(`/runs?job=${job}`)).text)).list('runs');
      return listed.filter((run) => run.text('state') === 'ended').length;
    };
    const rare = await here('/jobs', { when: 'every 365d', command: ['/bin/true'], name: 'rare' });
    await here(`/jobs/${rare.at('job').text('id')}/run`, {});
    await until('it ran', async () => ((await ended('rare')) > 0 ? true : undefined), 5_000);
    await here('/jobs', { when: 'every 1s', command: ['/bin/true'], name: 'often' });
    await until('it runs', async () => ((await ended('often')) > 1 ? true : undefined), 8_000);
  });

  journey(
    'drains for a runner that a person appoints; what runs goes on under it',
    async (person) => {
      const dashboard = await startScheduler(person);
      await beat(person, 3);
      await whenMore(person, 2);
      const { running: runner, listed } = await startBeside(person, ['runner']);
      assert.equal(listed.text('standing'), 'standby', 'for half a minute it only stands by');
      await ask(person, ['owner', 'appoint', 'role', 'runner', '--reason', 'it stays']);
      await assertTakenOver(person, dashboard.pid, runner.pid);
      const said = await statusWhen(person, 'it is kept out', (shown) => willRun(shown));
      assert.equal(instanceOf(said, dashboard.pid)?.text('standing'), 'ineligible');
      assert.equal(await dashboard.stop(), 0);
    },
  );

  for (const words of isLong ? [['runner'], ['gateway', 'run']] : [])
    journey(`ranks below a ${words[0]}, which takes over by itself`, async (person) => {
      const dashboard = await startScheduler(person);
      await beat(person, 3);
      await whenMore(person, 2);
      const { running } = await startBeside(person, words);
      await assertTakenOver(person, dashboard.pid, running.pid, 60_000);
      const history = await ask(person, ['owner', 'history']);
      const kinds = history.list('entries').map((entry) => entry.text('kind'));
      assert.ok(kinds.includes('owner.preempt') && kinds.includes('owner.release'), kinds.join());
      const said = await statusWhen(person, 'it runs them', willRun);
      assert.equal(instanceOf(said, dashboard.pid)?.text('standing'), 'standby');
      await assertOnTime(person);
      // And back, when that one ends: it is better than nobody.
      assert.equal(await running.stop(), 0);
      await statusWhen(
        person,
        'it owns again',
        (shown) => holderPid(shown) === dashboard.pid,
        20_000,
      );
    });
});

/** Nothing is run twice, nothing is cut off, and what ran at the time is adopted. */
async function assertTakenOver(
  person: Person,
  from: number,
  to: number,
  withinMs = patienceMs,
): Promise<void> {
  await statusWhen(person, 'it took over', (said) => holderPid(said) === to, withinMs);
  await whenMore(person, 2);
  await until('what ran has ended', () =>
    testimoniesOf(person).filter(({ ended }) => ended).length >= 3 ? true : undefined,
  );
  const seen = testimoniesOf(person);
  assert.equal(new Set(seen.map(({ fireTime }) => fireTime)).size, seen.length, 'one ran twice');
  assert.ok(seen.some(({ chain }) => chain.includes(from)));
  assert.ok(seen.at(-1)?.chain.includes(to), 'the last run is not under the new owner');
  const attempts = (await runsOf(person, 'beat', 1_000)).flatMap((run) => run.list('attempts'));
  assert.ok(
    attempts.some((attempt) => attempt.at('adoptedBy').value !== null),
    'no run was adopted',
  );
}
