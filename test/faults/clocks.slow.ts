import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { add, walk } from '../journeys/asking.ts';
import { type Person, sleep, until } from '../journeys/program.ts';
import {
  doubled,
  moreTestimony,
  startOwner,
  status,
  statusWhen,
  testify,
  testimony,
  willRun,
} from '../journeys/story.ts';
import { missing, needsRoot, shortTtl, unaccounted, withFault } from './scene.ts';

/** F18, F50, F51, F52, F56, F61: real processes whose clock is bent, that live elsewhere, or whose loop is dead while they are alive. */

const skip = needsRoot() ?? false;
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
/** How long a wrong status may last. */
const truthMs = 5_000;

/** The wall clock of one process in our hands; its monotonic clock goes on, as when a machine sleeps. */
class Bent {
  readonly env: Record<string, string>;
  readonly #path: string;

  constructor(person: Person) {
    this.#path = person.file('bent-clock');
    this.set('+0');
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#path,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** In the form of libfaketime: `+3600`, `-7200`, `+0 x60`. */
  set(how: string): void {
    writeFileSync(this.#path, `${how}\n`);
  }
}

/** Rows of a job by state and reason, with their counts summed up. */
async function tally(person: Person, jobId: string): Promise<Readonly<Record<string, number>>> {
  const store = await person.openStore();
  const sums: Record<string, number> = {};
  for (const row of await store.runs.list('default', { jobId, limit: 10_000 })) {
    const name = row.outcome ?? row.reason ?? row.state;
    sums[name] = (sums[name] ?? 0) + row.count;
  }
  await store.close();
  return sums;
}

const addBeat = (person: Person): Promise<string> =>
  add(person, 'every 1s', '--name', 'beat', '--overlap', 'allow', '--shell', testify(person));

describe('a bent clock', {
  skip: skip || (missing(library, 'faketime') ?? false),
  concurrency: 2,
}, () => {
  test('set forward by eight hours as after a sleep, and back again: told, decided once, never run again', () =>
    walk(async (person) => {
      const job = await addBeat(person);
      const clock = new Bent(person);
      const runner = person.start(['runner'], clock.env);
      await moreTestimony(person, 2);
      clock.set('+28800');
      await moreTestimony(person, 3);
      assert.match(runner.output(), /clock-stepped ms=28[78]\d{5}/);
      const ahead = await tally(person, job);
      assert.ok((ahead['clock_step'] ?? 0) > 28_600, JSON.stringify(ahead));
      clock.set('+0');
      const ran = testimony(person).length;
      await until('the step back is told', () =>
        /clock-stepped ms=-28[78]\d{5}/.test(runner.output()) ? true : undefined,
      );
      await sleep(2_000);
      // What was on its way when the clock was set back is of the time ahead.
      const soon = Date.now() + 3_600_000;
      for (const [, fireTime = ''] of testimony(person).slice(ran))
        assert.ok(Date.parse(fireTime) > soon, `${fireTime} had been decided and ran again`);
      assert.deepEqual(doubled(person), []);
      assert.equal(await runner.stop(), 0);
    }));

  test('set back and forth by seconds, minutes and days: nothing twice, and it goes on', () =>
    walk(async (person) => {
      await addBeat(person);
      const clock = new Bent(person);
      const runner = person.start(['runner'], clock.env);
      await moreTestimony(person, 2);
      for (const step of ['+2', '-1', '+60', '-3600', '+61', '-864000', '+62']) {
        clock.set(step);
        await sleep(700);
      }
      await moreTestimony(person, 3);
      const steps = runner.output().match(/clock-stepped/g) ?? [];
      // One that is set back before the loop wakes is none.
      assert.ok(steps.length >= 3, `${steps.length} steps were seen`);
      assert.deepEqual(doubled(person), []);
      assert.equal(await runner.stop(), 0);
    }));

  test('sixty times as fast: it keeps up with the wall clock, and nothing runs twice', () =>
    walk(async (person) => {
      const job = await add(
        person,
        ...['every 1m', '--name', 'beat', '--overlap', 'allow', '--shell', testify(person)],
      );
      const clock = new Bent(person);
      const runner = person.start(['runner'], clock.env);
      await until('it owns', () => (/holding/.test(runner.output()) ? true : undefined));
      clock.set('+0 x60');
      await moreTestimony(person, 3, 30_000);
      assert.deepEqual(doubled(person), []);
      const sums = await tally(person, job);
      assert.ok((sums['succeeded'] ?? 0) >= 2, JSON.stringify(sums));
      await runner.stop();
    }));
});

test(
  'an event loop that is blocked is told within 5 s while the process lives, and runs are late but once',
  { skip },
  () =>
    walk(async (person) => {
      const job = await addBeat(person);
      const runner = await startOwner(person, ['runner'], withFault('', 9_000));
      await moreTestimony(person, 2);
      const before = testimony(person).length;
      runner.signal('SIGUSR2');
      const red = await statusWhen(person, 'status is red', (said) => !willRun(said), truthMs);
      assert.equal(red.text('readiness', 'code'), 'owner_stalled');
      assert.ok(testimony(person).length <= before + 1, 'it was not blocked');
      await statusWhen(person, 'status is green', willRun, 15_000);
      await moreTestimony(person, 2);
      assert.match(runner.output(), /was-paused/);
      assert.deepEqual(doubled(person), []);
      assert.deepEqual((await unaccounted(person, job)).wrong, []);
    }),
);

test(
  'a blocked event loop is ended by a standby after a TTL, and nothing runs twice',
  { skip },
  () =>
    walk(async (person) => {
      await shortTtl(person);
      const job = await addBeat(person);
      const blocked = await startOwner(person, ['runner'], withFault('', 60_000));
      await moreTestimony(person, 1);
      person.start(['runner']);
      await until('the standby is there', async () =>
        (await status(person)).list('instances').length === 2 ? true : undefined,
      );
      blocked.signal('SIGUSR2');
      assert.equal(await blocked.ended, null);
      await moreTestimony(person, 2);
      assert.deepEqual(doubled(person), []);
      assert.deepEqual((await unaccounted(person, job)).wrong, []);
    }),
);

test(
  'ticks that throw are told within 5 s while the process lives; mended, everything is decided',
  { skip },
  () =>
    walk(async (person) => {
      const job = await addBeat(person);
      const runner = await startOwner(person, ['runner'], withFault('throw'));
      await moreTestimony(person, 2);
      runner.signal('SIGUSR2');
      const red = await statusWhen(person, 'status is red', (said) => !willRun(said), truthMs);
      assert.match(red.text('readiness', 'message'), /thrown on purpose/);
      const before = testimony(person).length;
      runner.signal('SIGUSR2');
      await statusWhen(person, 'status is green', willRun, truthMs);
      await moreTestimony(person, 2);
      assert.ok(testimony(person).length >= before + 2);
      assert.deepEqual(doubled(person), []);
      await until('all is decided', async () =>
        (await unaccounted(person, job)).wrong.length === 0 ? true : undefined,
      );
    }),
);

/** What a process of ours is told by the person who started it, and must not believe. */
const elsewhere = [
  { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
  { TZ: 'America/St_Johns', LANG: 'C', LC_ALL: 'POSIX', LANGUAGE: 'ar' },
  { TZ: 'UTC+99', LC_TIME: 'fa_IR' },
  { TZ: ':/no/such/zone', LANG: 'xx_YY' },
];

test('zone and language of a process change no fire time of a job', { skip }, () =>
  walk(async (person) => {
    const texts = ['30 1 * * * America/New_York', 'every weekday at 9am Europe/Berlin', 'every 3d'];
    for (const text of texts) await add(person, text, '--', 'true');
    const times = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const { code, out, err } = await person.type(['list', '--json'], env);
      assert.equal(code, 0, err);
      return (out.match(/"nextFireAt": *"[^"]+"|"canonical": *"[^"]+"/g) ?? []).slice(0, 6).join();
    };
    const here = await times({ TZ: 'UTC' });
    assert.match(here, /nextFireAt.*nextFireAt.*nextFireAt/);
    for (const env of elsewhere) assert.equal(await times(env), here, JSON.stringify(env));
    const beat = await add(
      person,
      ...['* * * * * * Pacific/Chatham', '--name', 'beat', '--shell', testify(person)],
    );
    const env = elsewhere.at(-1);
    await startOwner(person, ['runner'], env);
    await moreTestimony(person, 3);
    const late = testimony(person).map(([, fireTime]) => Date.parse(fireTime ?? '') % 1_000);
    assert.ok(late.every((ms) => ms === 0));
    assert.deepEqual((await unaccounted(person, beat)).wrong, []);
  }),
);
