import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  add,
  isAlive,
  kill,
  logsOf,
  residentKib,
  runNow,
  shell,
  starterPid,
  startRunner,
  walk,
  whenGone,
  whenOver,
  whenRunning,
  whenRuns,
  wrapperOf,
} from './asking.ts';
import { processesOf, until } from './program.ts';

/** What happens to runs when their scheduler dies, and what ends them. LONG=1 takes the long forms. */

const isLong = process.env['LONG'] === '1';
/** TERM, 5 s, KILL, gone at 10 s; and a little for a busy machine to look. */
const killBoundMs = 12_000;

/** A process that left everything but its environment: two forks, a session of its own, no output, deaf to SIGTERM. */
const daemon = [
  'setsid sh -c \'trap "" TERM HUP INT; exec </dev/null >/dev/null 2>&1; (while :; do sleep 1; done) & while :; do sleep 1; done\' &',
  'trap "" TERM; while :; do sleep 1; done',
].join('\n');

const whenSpread = (runId: string): Promise<true> =>
  until('the daemon is up', async () =>
    (await processesOf(runId)).length >= 5 ? true : undefined,
  );

/** Kills the wrapper with all its helpers, then the command: nobody is left who could know how it ended. */
async function lose(runId: string): Promise<void> {
  for (const pid of await wrapperOf(runId)) kill(pid);
  for (const pid of await processesOf(runId)) kill(pid);
}

describe('runs and deaths', { concurrency: 3 }, () => {
  const seconds = isLong ? 60 : 15;
  test(`a command of ${seconds} s outlives its killed runner: one process, one run, true end, whole output`, () =>
    walk(async (person) => {
      const first = await startRunner(person);
      const line = `for i in $(seq ${seconds}); do echo "line $i"; sleep 1; done; exit 7`;
      const job = await shell(person, 'long', line);
      const id = await runNow(person, job);
      const before = (await whenRunning(person, id)).number('attempts', 0, 'pid');
      first.signal('SIGKILL');
      await first.ended;
      const second = await startRunner(person);
      const adopted = await until('it was adopted', async () => {
        const run = (await person.ask(['show', id])).answer.at('run');
        return run.at('attempts', 0, 'adoptedBy').value === null ? undefined : run;
      });
      const status = (await person.ask(['status'])).answer;
      const holder = `${status.text('holder', 'instanceId')}@${status.number('holder', 'epoch')}`;
      assert.equal(adopted.text('attempts', 0, 'adoptedBy'), holder);
      assert.notEqual(
        adopted.text('attempts', 0, 'instanceId'),
        status.text('holder', 'instanceId'),
      );
      assert.equal(adopted.number('attempts', 0, 'pid'), before);
      assert.ok(isAlive(before));
      const run = await whenOver(person, id, (seconds + 15) * 1_000);
      assert.equal(run.text('outcome'), 'failed');
      assert.equal(run.number('exitCode'), 7);
      assert.equal(run.list('attempts').length, 1);
      const wanted = Array.from({ length: seconds }, (_, index) => `line ${index + 1}\n`).join('');
      assert.equal(await logsOf(person, id), wanted);
      assert.equal((await person.ask(['runs', job])).answer.list('runs').length, 1);
      assert.equal(await second.stop(), 0);
    }));

  test('a deaf daemon is gone within the bound after its timeout', () =>
    walk(async (person) => {
      await startRunner(person);
      const id = await runNow(person, await shell(person, 'deaf', daemon, '--timeout', '3s'));
      await whenSpread(id);
      const run = await whenOver(person, id, 3_000 + killBoundMs);
      assert.equal(run.text('outcome'), 'timed_out');
      assert.equal(run.text('reason'), 'timeout');
      await whenGone(id, 2_000);
    }));

  test('a deaf daemon is gone within the bound although owner and starter died meanwhile', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      const id = await runNow(person, await shell(person, 'deaf', daemon, '--timeout', '4s'));
      await whenSpread(id);
      const starter = await starterPid(person);
      runner.signal('SIGKILL');
      kill(starter);
      await runner.ended;
      await whenGone(id, 4_000 + killBoundMs);
      await startRunner(person);
      const run = await whenOver(person, id);
      assert.equal(run.text('outcome'), 'timed_out');
      assert.equal(run.list('attempts').length, 1);
    }));

  test('a lost run is reported as unknown, and runs again only when the job says so', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      const line =
        'echo "$CRONKEEPER_ATTEMPT $CRONKEEPER_IDEMPOTENCY_KEY" >> witness; test -e enough || sleep 60';
      const once = await shell(person, 'once', 'sleep 60');
      const again = await shell(person, 'again', line, '--on-loss', 'rerun', '--retry-delay', '1s');
      const lostOnce = await runNow(person, once);
      const lostAgain = await runNow(person, again);
      await whenRunning(person, lostOnce);
      await whenRunning(person, lostAgain);
      await until('it wrote', () => (person.read('witness') === '' ? undefined : true));
      await person.type(['pause', once]);
      writeFileSync(person.file('enough'), '');
      runner.signal('SIGKILL');
      await runner.ended;
      await lose(lostOnce);
      await lose(lostAgain);
      await startRunner(person);
      const reported = await whenOver(person, lostOnce);
      assert.equal(reported.text('outcome'), 'unknown');
      assert.equal(reported.text('reason'), 'lost');
      assert.equal(reported.list('attempts').length, 1);
      const rerun = await whenOver(person, lostAgain);
      assert.equal(rerun.text('outcome'), 'succeeded');
      assert.deepEqual(
        rerun.list('attempts').map((attempt) => attempt.text('outcome')),
        ['unknown', 'succeeded'],
      );
      const [first, second] = person.read('witness').trim().split('\n');
      assert.equal(first?.split(' ')[1], second?.split(' ')[1]);
      assert.deepEqual([first?.split(' ')[0], second?.split(' ')[0]], ['1', '2']);
    }));

  test('a command and its wrapper killed under a living runner end as unknown, and the alert shows what it wrote', () =>
    walk(async (person) => {
      await startRunner(person);
      const id = await runNow(person, await shell(person, 'shot', 'echo "half done"; sleep 60'));
      await until('it wrote', () =>
        person.read(`runs/${id}/output.log`) === '' ? undefined : true,
      );
      await lose(id);
      const run = await whenOver(person, id);
      assert.equal(run.text('outcome'), 'unknown');
      assert.equal(run.text('reason'), 'lost');
      const [alert] = (await person.ask(['inbox'])).answer.list('entries');
      assert.match(alert?.text('text') ?? '', /nothing recorded its end\.\s+half done/);
    }));
});

describe('a flood', () => {
  const gigabytes = isLong ? 10 : 1;
  test(`${gigabytes} GB of output keep their cap; the runner stays small and other jobs on time`, (t) =>
    walk(async (person) => {
      const runner = await startRunner(person);
      const beat = await add(person, 'every 1s', '--name', 'beat', '--shell', 'echo beat');
      await whenRuns(person, beat, 'it beats', (runs) => runs.length >= 3);
      const before = residentKib(runner.pid) ?? 0;
      const line = `yes "a line of the flood" | head -c ${gigabytes}000000000; echo the end`;
      const id = await runNow(person, await shell(person, 'flood', line));
      let most = before;
      const watch = setInterval(() => {
        most = Math.max(most, residentKib(runner.pid) ?? 0);
      }, 100);
      const run = await whenOver(person, id, gigabytes * 60_000);
      clearInterval(watch);
      assert.equal(run.text('outcome'), 'succeeded');
      assert.equal(run.at('outputTruncated').value, true);
      const kept = await logsOf(person, id);
      assert.ok(kept.length <= 10 * 1024 * 1024 + 200, `${kept.length} bytes`);
      assert.match(
        kept.slice(-200),
        /\n\[cronkeeper: output limit of 10485760 bytes reached; the rest was dropped\]\n$/,
      );
      assert.ok(most - before < 30 * 1024, `grew from ${before} to ${most} KiB`);
      const { answer } = await person.ask(['runs', beat, '-n', '1000']);
      const late = answer
        .list('runs')
        .map((one) => one.at('latenessMs').value)
        .map(Number);
      t.diagnostic(`runner ${before} to ${most} KiB; latest beat ${Math.max(...late)} ms`);
      assert.ok(Math.max(...late) < 5_000, `${late}`);
      assert.ok(
        answer
          .list('runs')
          .every((one) => ['ended', 'running', 'queued'].includes(one.text('state'))),
      );
    }));
});
