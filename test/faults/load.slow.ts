import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  logsOf,
  residentKib,
  runNow,
  shell,
  startRunner,
  walk,
  whenGone,
  whenOver,
  whenRuns,
} from '../journeys/asking.ts';
import { launcher, type Person, until } from '../journeys/program.ts';
import { doubled, moreTestimony, testify, testimony } from '../journeys/story.ts';
import { openTerminal } from '../journeys/terminal.ts';
import { needsRoot, unaccounted } from './scene.ts';

/** F62, F64, F65, F66: storms, floods and runs that never end. STORM is the size of the storm. */

const skip = needsRoot() ?? false;
const storm = Number(process.env['STORM'] ?? 400);

async function applyAll(person: Person, jobs: readonly object[]): Promise<void> {
  const applied = await person.type(['apply', '-'], {}, JSON.stringify({ version: 1, jobs }));
  assert.equal(applied.code, 0, applied.err);
}

const addBeat = (person: Person): Promise<string> => {
  const words = ['--name', 'beat', '--overlap', 'allow', '--shell', testify(person)];
  return add(person, 'every 1s', ...words);
};

/** Each beat ran once, and none later than the bound. */
async function wasOnTime(person: Person, beat: string): Promise<void> {
  const runs = await whenRuns(person, beat, 'it went on', (rows) => rows.length > 3);
  const lateMs = runs.map(({ startedAt, fireTime }) => (startedAt ?? 0) - (fireTime ?? 0));
  assert.ok(Math.max(...lateMs) < 5_000, `a beat began ${Math.max(...lateMs)} ms late`);
  assert.deepEqual(doubled(person), []);
  assert.deepEqual((await unaccounted(person, beat)).wrong, []);
}

/** The most runs that went on at one moment, by what they wrote themselves. */
function mostAtOnce(person: Person): number {
  let running = 0;
  let most = 0;
  for (const mark of person.read('marks')) {
    running += mark === '(' ? 1 : mark === ')' ? -1 : 0;
    most = Math.max(most, running);
  }
  return most;
}

test(
  `${storm} jobs due in the same second: each runs once, no more at once than may, and the queue drains`,
  { skip },
  (t) =>
    walk(async (person) => {
      const at = Date.now() + 8_000 + storm * 5;
      const when = new Date(Math.ceil(at / 1_000) * 1_000).toISOString();
      const line = `printf '(' >> ${person.file('marks')}; ${testify(person)}; sleep 0.2; printf ')' >> ${person.file('marks')}`;
      for (let from = 0; from < storm; from += 1_000)
        await applyAll(
          person,
          Array.from({ length: Math.min(1_000, storm - from) }, (_, index) => ({
            name: `storm-${from + index}`,
            when,
            shell: line,
          })),
        );
      const beat = await add(
        person,
        'every 1s',
        '--name',
        'beat',
        '--overlap',
        'allow',
        '--shell',
        'true',
      );
      const runner = await startRunner(person);
      await until(
        'the storm is over',
        () => (testimony(person).length >= storm ? true : undefined),
        60_000 + storm * 500,
      );
      t.diagnostic(
        `over ${Date.now() - Date.parse(when)} ms after ${when}; ${mostAtOnce(person)} at once`,
      );
      assert.equal(testimony(person).length, storm);
      assert.deepEqual(doubled(person), []);
      const most = mostAtOnce(person);
      assert.ok(most > 5 && most <= 64, `${most} at once`);
      const store = await person.openStore();
      await until('the queue is empty', async () =>
        (await store.runs.open('default', 100)).every(({ jobName }) => jobName === 'beat')
          ? true
          : undefined,
      );
      await store.close();
      assert.deepEqual((await unaccounted(person, beat)).wrong, []);
      const kib = residentKib(runner.pid) ?? 0;
      t.diagnostic(`${kib} KiB resident`);
      assert.ok(kib < 400 * 1024, `${kib} KiB`);
    }),
);

/** Each drains or floods in another way. */
const floods = [
  { name: 'one line without an end', line: 'head -c 300000000 /dev/zero' },
  { name: 'millions of short lines', line: 'yes | head -c 100000000' },
  {
    name: 'both outputs at once',
    line: 'yes out | head -c 60000000 & yes err | head -c 60000000 >&2; wait',
  },
];

test('floods of output keep their cap and a mark, and other jobs stay on time', { skip }, () =>
  walk(async (person) => {
    const beat = await addBeat(person);
    const runner = await startRunner(person);
    await moreTestimony(person, 1);
    const before = residentKib(runner.pid) ?? 0;
    for (const { name, line } of floods) {
      const run = await whenOver(
        person,
        await runNow(person, await shell(person, name, line)),
        60_000,
      );
      assert.equal(run.text('outcome'), 'succeeded', name);
      assert.equal(run.at('outputTruncated').value, true, name);
      const kept = await logsOf(person, run.text('id'));
      assert.ok(kept.length <= 10 * 1024 * 1024 + 200, `${name}: ${kept.length} bytes`);
      assert.match(kept.slice(-200), /output limit of 10485760 bytes reached/, name);
    }
    assert.ok((residentKib(runner.pid) ?? 0) - before < 40 * 1024, 'the runner grew');
    await wasOnTime(person, beat);
  }),
);

/** Bytes that are no text, or text with power over a terminal. */
const hostile = [
  String.raw`\377\376\200\300\257`,
  String.raw`\360\237\230`,
  String.raw`\355\240\200`,
  String.raw`a\000b`,
  String.raw`\033[31m\033[2J\033]0;title\007`,
  String.raw`\033]8;;http://evil.test\033\\click\033]8;;\033\\`,
  String.raw`\033]52;c;ZXZpbA==\007`,
  String.raw`\302\2332J\233`,
  String.raw`honest\rforged`,
  String.raw`\342\200\256gnp.exe`,
];

/** Control characters but tab and line feed, and characters that turn the direction of reading. */
const powerful = /[\p{Cc}\u202a-\u202e]/u;

test(
  'output that is no text, or would forge a screen, is kept as bytes and shown without its power',
  { skip },
  () =>
    walk(async (person) => {
      await startRunner(person);
      const line = `printf '${hostile.join(String.raw`\n`)}\\n'`;
      const id = await runNow(person, await shell(person, 'hostile', line));
      assert.equal((await whenOver(person, id)).text('outcome'), 'succeeded');
      const { answer } = await person.ask(['logs', id]);
      const kept = Buffer.from(answer.text('base64'), 'base64');
      assert.equal(kept.filter((byte) => byte === 0x0a).length, hostile.length);
      assert.ok(kept.includes(0xff) && kept.includes(0x00) && kept.includes(0x1b));
      const terminal = openTerminal(`${launcher} logs ${id}`, {
        env: person.env,
        cwd: person.home,
      });
      await terminal.ended;
      // The terminal itself ends lines with a carriage return.
      const shown = terminal.seen().replaceAll(/\r?\n|\t/g, ' ');
      assert.match(shown, /click/);
      assert.match(shown, /honest/);
      assert.doesNotMatch(shown, powerful);
    }),
);

async function beEndless(person: Person): Promise<void> {
  assert.equal((await person.type(['config', 'set', 'concurrency', '40'])).code, 0);
  const when = new Date(Date.now() + 6_000).toISOString();
  const endless = Array.from({ length: 32 }, (_, index) => ({
    name: `endless-${index}`,
    when,
    shell: 'trap "" TERM; while :; do sleep 5; done',
    timeout: '8s',
  }));
  await applyAll(person, endless);
  const beat = await addBeat(person);
  await startRunner(person);
  const store = await person.openStore();
  const rows = await until(
    'all of them run',
    async () => {
      const open = await store.runs.open('default', 100);
      const found = open.filter(({ jobName, state }) => jobName !== 'beat' && state === 'running');
      return found.length === 32 ? found : undefined;
    },
    20_000,
  );
  await moreTestimony(person, 2);
  await until(
    'all of them are over',
    async () => {
      const found = await Promise.all(rows.map(({ id }) => store.runs.get('default', id)));
      return found.every((run) => run?.outcome === 'timed_out') ? true : undefined;
    },
    40_000,
  );
  await store.close();
  for (const { id } of rows) await whenGone(id, 5_000);
  await wasOnTime(person, beat);
}

test(
  '32 runs that never end fill their room until their time is up; other jobs are not held up',
  { skip },
  () => walk(beEndless),
);
