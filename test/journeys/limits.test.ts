import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  add,
  runNow,
  shell,
  startRunner,
  walk,
  whenGone,
  whenOver,
  whenRun,
  whenRunning,
  whenRuns,
} from './asking.ts';
import { type Json, until } from './program.ts';

/** What ends a run, makes it wait or lets it go on, and what people ask of runs. */

/** TERM, 5 s, KILL, gone at 10 s; and a little for a busy machine to look. */
const killBoundMs = 12_000;

describe('limits', { concurrency: 3 }, () => {
  test('silence ends a run that says nothing, not one that speaks', () =>
    walk(async (person) => {
      await startRunner(person);
      const silent = await shell(
        person,
        'silent',
        'echo one; sleep 60',
        '--no-output-timeout',
        '2s',
      );
      const talker = await shell(
        person,
        'talker',
        'for i in 1 2 3 4 5 6; do echo $i; sleep 1; done',
        '--no-output-timeout',
        '3s',
      );
      const [quiet, loud] = [await runNow(person, silent), await runNow(person, talker)];
      const ended = await whenOver(person, quiet, 2_000 + killBoundMs);
      assert.equal(ended.text('outcome'), 'timed_out');
      assert.equal(ended.text('reason'), 'no_output_timeout');
      assert.equal((await whenOver(person, loud)).text('outcome'), 'succeeded');
    }));

  test('retries follow a failure with a growing wait, and stop at success', () =>
    walk(async (person) => {
      await startRunner(person);
      const line = 'echo x >> tries; test "$(wc -l < tries)" -ge 3';
      const flaky = await shell(person, 'flaky', line, '--retries', '5', '--retry-delay', '1s');
      const hopeless = await shell(
        person,
        'hopeless',
        'exit 9',
        '--retries',
        '1',
        '--retry-delay',
        '1s',
      );
      const [first, second] = [await runNow(person, flaky), await runNow(person, hopeless)];
      const run = await whenOver(person, first);
      assert.equal(run.text('outcome'), 'succeeded');
      const attempts = run.list('attempts');
      assert.deepEqual(
        attempts.map((one) => one.number('exitCode')),
        [1, 1, 0],
      );
      const starts = attempts.map((one) => Date.parse(one.text('startedAt')));
      const ends = attempts.map((one) => Date.parse(one.text('endedAt')));
      const waits = [1, 2].map((index) => (starts[index] ?? 0) - (ends[index - 1] ?? 0));
      // How much longer depends on the machine.
      assert.ok((waits[0] ?? 0) >= 1_000 && (waits[1] ?? 0) >= 2_000, `${waits}`);
      const failed = await whenOver(person, second);
      assert.equal(failed.number('exitCode'), 9);
      assert.equal(failed.list('attempts').length, 2);
    }));

  test('overlap: skip, queue, replace and allow do what they say', () =>
    walk(async (person) => {
      await startRunner(person);
      const overlapping = (how: string): Promise<string> =>
        add(
          person,
          'every 2s',
          '--name',
          how,
          '--overlap',
          how,
          '--timeout',
          '20s',
          '--shell',
          'sleep 5',
        );
      const [skip, queue, replace, allow] = await Promise.all(
        ['skip', 'queue', 'replace', 'allow'].map(overlapping),
      );
      const skipped = await whenRuns(person, skip ?? '', 'one is skipped', (runs) =>
        runs.some(({ state }) => state === 'skipped'),
      );
      assert.equal(skipped.find(({ state }) => state === 'skipped')?.reason, 'overlap_skip');
      const together = await whenRuns(
        person,
        allow ?? '',
        'two at once',
        (runs) => runs.filter(({ state }) => state === 'running').length > 1,
      );
      assert.ok(together.length > 1);
      const replaced = await whenRuns(person, replace ?? '', 'one is replaced', (runs) =>
        runs.some(({ reason, state }) => reason === 'replaced' && state === 'ended'),
      );
      assert.equal(replaced.find(({ reason }) => reason === 'replaced')?.outcome, 'cancelled');
      const queued = await whenRuns(
        person,
        queue ?? '',
        'a second one ran',
        (runs) => runs.filter(({ outcome }) => outcome === 'succeeded').length > 1,
        20_000,
      );
      const [first, second] = queued.filter(({ outcome }) => outcome === 'succeeded');
      assert.ok((second?.startedAt ?? 0) >= (first?.endedAt ?? Infinity), 'they overlapped');
    }));

  test('the concurrency limit makes later runs wait, and all of them run', () =>
    walk(async (person) => {
      assert.equal((await person.type(['config', 'set', 'concurrency', '2'])).code, 0);
      await startRunner(person);
      const ids: string[] = [];
      for (const name of ['a', 'b', 'c', 'd'])
        ids.push(
          await runNow(person, await shell(person, name, 'until test -e go; do sleep 0.2; done')),
        );
      const store = await person.openStore();
      let most = 0;
      const look = async () => {
        const open = await store.runs.open('default', 10);
        const running = open.filter(({ state }) => state === 'running').length;
        most = Math.max(most, running);
        return { open: open.length, running };
      };
      await until('two run, and two wait', async () => {
        const { open, running } = await look();
        return open === 4 && running === 2 ? true : undefined;
      });
      writeFileSync(person.file('go'), '');
      await until(
        'all are over',
        async () => ((await look()).open === 0 ? true : undefined),
        20_000,
      );
      await store.close();
      assert.equal(most, 2);
      for (const id of ids) assert.equal((await whenOver(person, id)).text('outcome'), 'succeeded');
    }));
});

describe('asking', { concurrency: 3 }, () => {
  test('cancel ends a running run with its tree, and a queued one before it begins', () =>
    walk(async (person) => {
      await person.type(['config', 'set', 'concurrency', '1']);
      await startRunner(person);
      const running = await runNow(person, await shell(person, 'first', 'sleep 600 & sleep 600'));
      await whenRunning(person, running);
      const waiting = await runNow(person, await shell(person, 'second', 'echo never > ran'));
      await whenRun(person, waiting, 'waits', ({ state }) => state === 'queued');
      assert.equal((await person.type(['cancel', waiting])).code, 0);
      const never = await whenOver(person, waiting);
      assert.equal(never.text('outcome'), 'cancelled');
      assert.equal(never.text('reason'), 'cancelled_by_request');
      assert.equal(never.list('attempts').length, 0);
      assert.equal(person.read('ran'), '');
      assert.equal((await person.type(['cancel', running])).code, 0);
      const ended = await whenOver(person, running);
      assert.equal(ended.text('outcome'), 'cancelled');
      assert.equal(ended.text('reason'), 'cancelled_by_request');
      await whenGone(running, 1_000);
      const over = await person.ask(['cancel', running]);
      assert.equal(over.code, 3);
      assert.equal(over.answer.text('error', 'code'), 'already_ended');
    }));

  test('a cancel while no owner lives says so, and the next owner acts upon it', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      const run = await runNow(person, await shell(person, 'long', 'sleep 120'));
      await whenRunning(person, run);
      runner.signal('SIGKILL');
      await runner.ended;
      const typed = await person.type(['cancel', run]);
      assert.equal(typed.code, 4);
      assert.match(typed.out, /^Not ended yet long/);
      assert.match(typed.err, /Nobody is there to end it: .*The next owner will end it\./s);
      assert.match(typed.err, /→ .*cronkeeper/);
      await startRunner(person);
      const ended = await whenOver(person, run, killBoundMs);
      assert.equal(ended.text('outcome'), 'cancelled');
      assert.equal(ended.text('reason'), 'cancelled_by_request');
    }));

  test('retry makes a new run that names the old one', () =>
    walk(async (person) => {
      await startRunner(person);
      const job = await shell(person, 'flip', 'test -e done || { touch done; exit 4; }');
      const old = await runNow(person, job);
      assert.equal((await whenOver(person, old)).number('exitCode'), 4);
      const { code, answer } = await person.ask(['retry', old, '--wait=10s']);
      assert.equal(code, 0);
      assert.notEqual(answer.text('run', 'id'), old);
      assert.equal(answer.text('run', 'retryOf'), old);
      assert.equal(answer.text('run', 'cause'), 'retry');
      assert.equal((await person.ask(['show', old])).answer.number('run', 'exitCode'), 4);
    }));

  test('run --wait ends with 0, 1 or 5, and 4 when nobody is there', () =>
    walk(async (person) => {
      const good = await shell(person, 'good', 'echo fine');
      assert.equal((await person.type(['run', good, '--wait'])).code, 4);
      assert.equal((await person.ask(['runs', good])).answer.list('runs').length, 0);
      await startRunner(person);
      const bad = await shell(person, 'bad', 'exit 3');
      const slow = await shell(person, 'slow', 'sleep 20', '--timeout', '21s');
      const fine = await person.type(['run', good, '--wait']);
      assert.equal(fine.code, 0, fine.err);
      assert.match(fine.out, /^Running good/);
      assert.match(fine.out, /^fine$/m);
      assert.equal((await person.type(['run', bad, '--wait'])).code, 1);
      const late: { code: number | null; answer: Json } = await person.ask([
        'run',
        slow,
        '--wait=1s',
      ]);
      assert.equal(late.code, 5);
      assert.equal(late.answer.text('run', 'state'), 'running');
      assert.equal((await person.type(['cancel', late.answer.text('run', 'id')])).code, 0);
    }));

  test('logs -f shows output as it comes, and ends with the run', () =>
    walk(async (person) => {
      await startRunner(person);
      const line = 'echo "part 1"; until test -e go; do sleep 0.2; done; echo "part 2"';
      const job = await shell(person, 'slow', line);
      const id = await runNow(person, job);
      await whenRunning(person, id);
      const following = person.start(['logs', 'slow', '-f']);
      await until('the first part', () =>
        following.output().includes('part 1') ? true : undefined,
      );
      writeFileSync(person.file('go'), '');
      assert.equal(await following.ended, 0);
      assert.equal(following.output(), 'part 1\npart 2\n');
      const lines = (await person.type(['--json', 'logs', id, '-f'])).out.trim().split('\n');
      const bytes = lines.map((line) => Buffer.from(JSON.parse(line).base64, 'base64').toString());
      assert.equal(bytes.join(''), following.output());
    }));

  test('whoever follows a run is shown all of each attempt', () =>
    walk(async (person) => {
      await startRunner(person);
      const line = 'test -e first && { echo two; until test -e go; do sleep 0.2; done; exit 0; }';
      const job = await shell(
        person,
        'again',
        `${line}; echo "attempt one, which says more"; touch first; exit 1`,
        '--retries',
        '1',
        '--retry-delay',
        '1s',
      );
      const waiting = person.start(['run', job, '--wait']);
      await until('the second attempt', () => (/^two$/m.test(waiting.output()) ? true : undefined));
      const later = person.start(['logs', 'again', '-f']);
      writeFileSync(person.file('go'), '');
      assert.equal(await waiting.ended, 0);
      assert.match(waiting.output(), /^attempt one, which says more\ntwo$/m);
      assert.equal(await later.ended, 0);
      assert.equal(later.output(), 'two\n');
      const first = await person.type(['logs', 'again', '-f', '--attempt', '1']);
      assert.equal(first.out, 'attempt one, which says more\n');
    }));
});
