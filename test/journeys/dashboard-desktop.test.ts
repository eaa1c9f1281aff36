import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { describe } from 'node:test';
import { whyNoStrace } from '../crashes/strace.ts';
import { exchange } from '../http/house.ts';
import { readTestimonies, witnessLine } from '../reports/witness.ts';
import { isAlive, kill } from './asking.ts';
import { type Browser, type Dashboard, signIn, startDashboard } from './dashboard.ts';
import { Json, launcher, until } from './program.ts';
import {
  addJob,
  ask,
  holderPid,
  instanceOf,
  journey,
  runsOf,
  startOwner,
  statusWhen,
} from './story.ts';

/** Dashboards of desktop applications: they come and go beside the owner, and run nothing. `LONG=1` lets them do so for five minutes. */

const isLong = process.env['LONG'] === '1';
const stormMs = isLong ? 300_000 : 5_000;
const many = 8;

/** A small generator, so that a storm can be repeated by its seed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Each dashboard as `status` lists it: its role, where it answers, and why it does not run anything. */
function assertListed(said: Json, dashboards: readonly Dashboard[]): void {
  for (const { pid, port, url } of dashboards) {
    const listed = instanceOf(said, pid);
    assert.equal(listed?.text('role'), 'desktop');
    assert.equal(listed.text('standing'), 'delegator');
    assert.equal(listed.number('port'), port);
    assert.equal(listed.text('url'), url);
    assert.match(listed.text('reason'), /The owner of this profile is role gateway; .*asks it/);
  }
}

const areListed = (said: Json, dashboards: readonly Dashboard[]): boolean =>
  dashboards.every(({ pid }) => instanceOf(said, pid) !== undefined);

describe('dashboards of desktop applications', { concurrency: 2 }, () => {
  journey("come and go by the dozen while every run is the gateway's", async (person, t) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const next = chance(seed);
    t.diagnostic(`SEED=${seed}`);
    await ask(person, ['owner', 'appoint', 'role', 'gateway']);
    const gateway = await startOwner(person, ['gateway', 'run']);
    const file = person.file('witness');
    const start = (): Promise<Dashboard> => startDashboard(person, ['--desktop']);
    const dashboards = await Promise.all(Array.from({ length: many }, start));
    const everyone = dashboards.map(({ pid }) => pid);
    const said = await statusWhen(person, 'all are listed', (one) => areListed(one, dashboards));
    assertListed(said, dashboards);
    assert.equal(said.text('backends', 'desktop', 'state'), 'standby');
    assert.deepEqual(said.list('warnings'), [], 'who only asks is no rival');
    assert.equal(new Set(dashboards.map(({ port }) => port)).size, many);

    await addJob(person, [
      'every 1s',
      '--name',
      'beat',
      '--overlap',
      'allow',
      '--shell',
      witnessLine(file),
    ]);
    const endsAt = Date.now() + stormMs;
    let killed = 0;
    while (Date.now() < endsAt) {
      const [victim] = dashboards.splice(next(dashboards.length), 1);
      assert.ok(victim);
      // Half of them are asked to go, half are just gone.
      victim.signal(next(2) === 0 ? 'SIGKILL' : 'SIGTERM');
      await victim.ended;
      killed += 1;
      const fresh = await start();
      everyone.push(fresh.pid);
      dashboards.push(fresh);
    }
    const after = await statusWhen(person, 'the last are listed', (one) =>
      areListed(one, dashboards),
    );
    assertListed(after, dashboards);
    assert.equal(holderPid(after), gateway.pid);
    assert.ok(killed >= 2, `only ${killed} were killed`);

    const seen = await until('the runs went on', () => {
      const testimonies = readTestimonies(file);
      return testimonies.length * 1_000 > stormMs * 0.7 ? testimonies : undefined;
    });
    for (const { chain, fireTime } of seen) {
      assert.ok(chain.includes(gateway.pid), `${fireTime} ran under ${chain}`);
      assert.ok(!everyone.some((pid) => chain.includes(pid)), `${fireTime} ran under a dashboard`);
    }
    assert.equal(new Set(seen.map(({ fireTime }) => fireTime)).size, seen.length, 'one ran twice');
    for (const run of await runsOf(person, 'beat', 1_000))
      for (const attempt of run.list('attempts'))
        assert.equal(attempt.text('instanceId'), after.text('holder', 'instanceId'));
    t.diagnostic(`${seen.length} runs under the gateway, ${killed} dashboards killed`);
  });

  journey('never own, even when they are the only ones alive', async (person) => {
    const dashboard = await startDashboard(person, ['--desktop', '--schedule']);
    await addJob(person, [
      'every 1s',
      '--name',
      'beat',
      '--shell',
      witnessLine(person.file('witness')),
    ]);
    const said = await statusWhen(
      person,
      'three occurrences came due',
      (shown) => shown.number('jobs', 'oldestOverdueMs') > 3_000,
    );
    assert.equal(said.at('holder').value, null);
    assert.equal(said.at('readiness', 'willRun').value, false);
    const listed = instanceOf(said, dashboard.pid);
    assert.equal(listed?.text('standing'), 'delegator');
    assert.match(listed.text('reason'), /Desktop never owns/);
    assert.deepEqual(readTestimonies(person.file('witness')), []);
    // A person may appoint it all the same, while it is open.
    await ask(person, ['owner', 'appoint', 'role', 'desktop', '--reason', 'only while it is open']);
    await statusWhen(person, 'it owns', (shown) => holderPid(shown) === dashboard.pid);
    await until('it runs', () => readTestimonies(person.file('witness'))[0]);
  });

  for (const variable of ['CRONKEEPER_DESKTOP', ...(isLong ? ['HERMES_DESKTOP'] : [])])
    journey(`are known by ${variable}=1, publish their port, and end with it`, async (person) => {
      const words = '--json dashboard --no-open --host 127.0.0.1';
      // The application is a shell that waits; what it starts does not share its end.
      const line = `${launcher} ${words} & echo $! > pid; wait`;
      const env = { ...person.env, [variable]: '1' };
      const application = spawn('/bin/sh', ['-c', line], {
        env,
        cwd: person.home,
        stdio: 'ignore',
      });
      const pid = await until('it was started', () => Number(person.read('pid')) || undefined);
      try {
        const path = person.file(`run/dashboard-${pid}.json`);
        const published = await until('it says where it is', () => readPublished(path), 20_000);
        assert.equal(statSync(path).mode & 0o777, 0o600);
        assert.equal(published.text('role'), 'desktop');
        const isThere = (said: Json): boolean => instanceOf(said, pid) !== undefined;
        const said = await statusWhen(person, 'it is listed', isThere);
        assert.equal(instanceOf(said, pid)?.number('port'), published.number('port'));
        const [{ status: answered }] = [await exchange(published.number('port'), '/api/v1/status')];
        assert.equal(answered, 401);
        application.kill('SIGKILL');
        await until('it ends with its parent', () => (isAlive(pid) ? undefined : true), 15_000);
        assert.throws(() => statSync(path), /ENOENT/);
      } finally {
        application.kill('SIGKILL');
        kill(pid);
      }
    });

  journey('start no process, whatever they are asked for', async (person, t) => {
    const why = whyNoStrace();
    if (why !== null) return t.skip(why);
    const log = person.file('trace');
    await startOwner(person, ['runner']);
    const traced = [
      'strace',
      '-D',
      '-f',
      '-qq',
      '-s',
      '300',
      '-o',
      log,
      '-e',
      'trace=execve,execveat',
    ];
    const dashboard = await startDashboard(person, ['--desktop'], traced);
    const browser = await signIn(dashboard);
    const job = await addOver(browser, witnessLine(person.file('witness')));
    for (const path of [
      '/jobs',
      '/status',
      '/tonight',
      '/morning',
      '/doctor',
      '/owner',
      `/jobs/${job}`,
    ])
      assert.equal((await browser.get(path)).status, 200, path);
    const asked = await browser.post(`/jobs/${job}/run`, {});
    assert.equal(asked.status, 200, asked.text);
    await until('the owner ran it', () => readTestimonies(person.file('witness'))[0]);
    await dashboard.stop();
    const calls = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /execve/.test(line));
    const itself = calls.findIndex((line) => line.includes('dist/cronkeeper.js'));
    assert.ok(itself >= 0, 'the trace shows how it was started');
    assert.deepEqual(calls.slice(itself + 1), []);
  });
});

async function addOver(browser: Browser, line: string): Promise<string> {
  const wish = { name: 'asked', when: 'every 30 days', shell: true, command: [line] };
  const added = await browser.post('/jobs', wish);
  assert.equal(added.status, 201, added.text);
  return added.json().text('job', 'id');
}

function readPublished(path: string): Json | undefined {
  try {
    return new Json(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // It is not there yet.
    return undefined;
  }
}
