import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeHermesWatch } from '../../src/adapters/hermes/hermes.ts';
import { makeClock } from '../../src/adapters/host/clock.ts';
import { type Json, launcher, Person, until } from '../journeys/program.ts';
import { HermesHome } from './stand-in.ts';

const skip =
  process.platform !== 'linux'
    ? 'needs /proc'
    : spawnSync('flock', ['--version']).error !== undefined
      ? 'needs flock: apt-get install util-linux'
      : false;
const desktop = { HERMES_DESKTOP: '1' };
const clock = makeClock();

async function withHermes(work: (hermes: HermesHome) => Promise<void>): Promise<void> {
  const hermes = new HermesHome();
  try {
    await work(hermes);
  } finally {
    await hermes.leave();
  }
}

const lookIn = (hermes: HermesHome, profile = 'default', bounds = {}) =>
  makeHermesWatch({
    clock,
    environment: { HOME: hermes.user },
    timers: { unitFolders: [], crontabs: [] },
    ...bounds,
  }).find(profile);

const brief = async (hermes: HermesHome, profile = 'default') =>
  (await lookIn(hermes, profile)).schedulers.map(({ role, pid, port }) => ({ role, pid, port }));

const foreignIn = (answer: Json): readonly { role: string; pid: number; port: unknown }[] =>
  answer
    .at('instances')
    .list()
    .filter((one) => one.text('standing') === 'foreign')
    .map((one) => ({
      role: one.text('role'),
      pid: one.number('pid'),
      port: one.at('port').value,
    }));

test(
  'B4: a gateway and two Desktop backends are foreign, and our own owner goes on',
  { skip },
  () =>
    withHermes(async (hermes) => {
      const person = new Person({ HOME: hermes.user });
      try {
        const gateway = await hermes.start(['gateway', 'run'], { STAND_IN_TICKS: '1' });
        const any = await hermes.start(['serve', '--host', '127.0.0.1', '--port', '0'], desktop);
        const named = await hermes.start(['--profile', 'la', 'dashboard', '--port', '0'], desktop);
        const runner = person.start(['runner']);
        await until('our runner owns', async () =>
          (await person.type(['status'])).code === 0 ? true : undefined,
        );
        const before = hermes.picture();
        const { answer } = await person.ask(['status']);
        assert.deepEqual(foreignIn(answer), [
          { role: 'gateway', pid: gateway.pid, port: null },
          { role: 'desktop', pid: any.pid, port: any.port },
        ]);
        assert.equal(answer.at('readiness', 'willRun').value, true);
        assert.equal(answer.number('holder', 'pid'), runner.pid);
        assert.deepEqual(answer.list('warnings'), []);
        await person.type(['profile', 'add', 'la']);
        assert.deepEqual(foreignIn((await person.ask(['-p', 'la', 'status'])).answer), [
          { role: 'desktop', pid: named.pid, port: named.port },
        ]);
        const { out } = await person.type(['status']);
        assert.match(out, new RegExp(`Hermes schedules .*gateway pid ${gateway.pid}, desktop pid`));
        assert.deepEqual(hermes.picture(), before);
        // The locks are where they were: nobody else gets them.
        for (const lock of ['gateway.lock', 'cron/.tick.lock'])
          assert.equal(spawnSync('flock', ['-n', join(hermes.root, lock), 'true']).status, 1);
      } finally {
        await person.leave();
      }
    }),
);

test(
  'a gateway is believed by its lock or its start time, never by its record alone',
  { skip },
  () =>
    withHermes(async (hermes) => {
      const gateway = await hermes.start(['gateway', 'run']);
      const seen = [{ role: 'gateway', pid: gateway.pid, port: null }];
      assert.deepEqual(await brief(hermes), seen);
      const record = readFileSync(join(hermes.root, 'gateway.lock'), 'utf8');
      // The text is torn, but the process still holds the lock.
      for (const name of ['gateway.lock', 'gateway.pid'])
        writeFileSync(join(hermes.root, name), '{"pid": ');
      assert.deepEqual(await brief(hermes), seen);
      await gateway.end();
      assert.deepEqual(await brief(hermes), []);
      // Its pid was given out again, and its last word is still there.
      const other = await hermes.start(['serve', '--port', '0']);
      const again = record.replace(/"pid":\s*\d+/, `"pid":${other.pid}`);
      assert.notEqual(again, record);
      for (const name of ['gateway.lock', 'gateway.pid'])
        writeFileSync(join(hermes.root, name), again);
      writeFileSync(join(hermes.root, 'gateway_state.json'), '{"gateway_state": "running"}');
      assert.deepEqual(await brief(hermes), []);
    }),
);

test('one gateway that serves several profiles is seen in each of them', { skip }, () =>
  withHermes(async (hermes) => {
    const { pid } = await hermes.start(['gateway', 'run']);
    assert.deepEqual(await brief(hermes, 'la'), []);
    writeFileSync(join(hermes.root, 'gateway_state.json'), '{"served_profiles": ["la"]}');
    assert.deepEqual(await brief(hermes, 'la'), [{ role: 'gateway', pid, port: null }]);
    assert.deepEqual(await brief(hermes, 'no-such-profile'), []);
  }),
);

test('a tick is seen while it lives, and whoever holds the lock of ticks', { skip }, () =>
  withHermes(async (hermes) => {
    const tick = await hermes.start(['cron', 'tick', '-p', 'la'], { profile: 'la' });
    assert.deepEqual(await brief(hermes, 'la'), [{ role: 'timer', pid: tick.pid, port: null }]);
    await tick.end();
    // A program of somebody's own says nothing that Hermes would say; the lock tells.
    const lock = join(hermes.folderOf('la'), 'cron/.tick.lock');
    const own = spawn('flock', ['--close', lock, 'sleep', '60'], {
      stdio: 'ignore',
      detached: true,
    });
    try {
      const [seen] = await until('it is seen', async () => {
        const found = await lookIn(hermes, 'la');
        return found.schedulers.length > 0 ? found.schedulers : undefined;
      });
      assert.deepEqual([seen?.pid, seen?.role, seen?.command], [own.pid, 'runner', 'flock']);
      assert.match(seen?.facts.join() ?? '', /holds the lock .*tick\.lock/);
    } finally {
      if (own.pid !== undefined) process.kill(-own.pid, 'SIGKILL');
    }
  }),
);

test('looking opens nothing for writing, tries no lock and signals nobody', async (t) => {
  if (skip !== false) return t.skip(skip);
  if (spawnSync('strace', ['-V']).error !== undefined)
    return t.skip('needs strace: apt-get install strace');
  await withHermes(async (hermes) => {
    const person = new Person({ HOME: hermes.user });
    try {
      const gateway = await hermes.start(['gateway', 'run']);
      const backend = await hermes.start(['serve', '--port', '0'], desktop);
      const log = join(person.home, 'calls');
      const calls = 'open,openat,flock,fcntl,kill,tgkill,connect,unlink,rename,mkdir,chmod';
      const args = ['-f', '-y', '-o', log, '-e', `trace=${calls}`, launcher, 'status', '--json'];
      const traced = spawnSync('strace', args, { env: person.env, encoding: 'utf8' });
      assert.match(traced.stdout, new RegExp(`"pid": ${gateway.pid}`));
      const lines = readFileSync(log, 'utf8').split('\n');
      const theirs = lines.filter((line) => line.includes(hermes.root));
      assert.ok(theirs.length > 0, 'it looked into the home of Hermes');
      for (const line of theirs) {
        assert.match(line, /open(at)?\(.*O_RDONLY|fcntl\(.*F_(GETFL|GETFD|DUPFD_CLOEXEC)/);
        assert.doesNotMatch(line, /O_CREAT|O_RDWR|O_WRONLY|O_TRUNC|flock\(|F_SETLK/);
      }
      const asked = new RegExp(
        `kill\\((${gateway.pid}|${backend.pid}),|htons\\(${backend.port}\\)`,
      );
      assert.deepEqual(
        lines.filter((line) => asked.test(line)),
        [],
      );
    } finally {
      await person.leave();
    }
  });
});

test('without a Hermes home it costs nothing that can be measured', async () => {
  const watch = makeHermesWatch({ clock, environment: { HOME: '/nonexistent' } });
  const since = performance.now();
  for (let count = 0; count < 500; count += 1) await watch.find('default');
  const eachMs = (performance.now() - since) / 500;
  assert.ok(eachMs < 5, `it took ${eachMs} ms`);
  assert.ok(!existsSync('/nonexistent'));
});

test('more processes than may be looked at are told, not passed over', { skip }, () =>
  withHermes(async (hermes) => {
    const { pid } = await hermes.start(['gateway', 'run']);
    const whole = await lookIn(hermes);
    assert.equal(whole.isComplete, true);
    assert.deepEqual(
      whole.schedulers.map((one) => one.pid),
      [pid],
    );
    assert.equal((await lookIn(hermes, 'default', { processes: 2 })).isComplete, false);
    assert.equal((await lookIn(hermes, 'default', { withinMs: -1 })).isComplete, false);
  }),
);
