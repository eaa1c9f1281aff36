import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isFinal } from '../../src/core/run.ts';
import { add, startRunner, stopBetweenWrites, tickTwice, walk, whenRuns } from './asking.ts';
import { type Json, type Person, sleep, until } from './program.ts';

/** Whether what is said in the evening is what happens at night, with a real owner, real files and real commands. */

const codesOf = (answer: Json): ReadonlyMap<string, string> =>
  new Map(
    answer
      .list('obstacles')
      .flatMap((one) =>
        one.list('jobs').map((job) => [job.text('name'), one.text('code')] as const),
      ),
  );

const tonight = (person: Person) => person.ask(['tonight', '--until', '1h']);

async function reasonOf(person: Person, job: string): Promise<string | null> {
  const [run] = await whenRuns(
    person,
    job,
    `the run of ${job} is over`,
    (runs) => runs.some(({ state }) => isFinal(state)),
    60_000,
  );
  return run?.reason ?? run?.outcome ?? null;
}

function program(person: Person, name: string): string {
  const path = person.file(name);
  writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  return path;
}

describe('evening', { concurrency: 2 }, () => {
  test('a command, a path, a folder and the owner are taken away in turn: tonight names the jobs before any fires, and the night agrees', () =>
    walk(async (person) => {
      const command = program(person, 'backup');
      const script = program(person, 'script');
      writeFileSync(person.file('mail'), 'x');
      mkdirSync(person.file('work'));
      const runner = await startRunner(person);
      const when = 'in 10m';
      const jobs = {
        fine: await add(person, when, '--name', 'fine', '--', 'true'),
        command: await add(person, when, '--name', 'command', '--', command),
        script: await add(person, when, '--name', 'script', '--', script),
        path: await add(
          person,
          ...[when, '--name', 'path', '--require', `readable=${person.file('mail')}`, '--', 'true'],
        ),
        folder: await add(
          person,
          ...[when, '--name', 'folder', '--cwd', person.file('work'), '--', 'true'],
        ),
      };
      const before = await tonight(person);
      assert.equal(before.code, 0, JSON.stringify(before.answer.value));
      assert.equal(before.answer.number('verdict', 'willRun'), 5);

      rmSync(command);
      assert.deepEqual(
        codesOf((await tonight(person)).answer),
        new Map([['command', 'command_not_found']]),
      );
      chmodSync(script, 0o644);
      rmSync(person.file('mail'));
      rmdirSync(person.file('work'));
      const after = await tonight(person);
      assert.equal(after.code, 4);
      const named = codesOf(after.answer);
      assert.deepEqual(
        named,
        new Map([
          ['command', 'command_not_found'],
          ['script', 'command_not_executable'],
          ['path', 'capability_missing'],
          ['folder', 'cwd_missing'],
        ]),
      );
      assert.equal(after.answer.number('verdict', 'willNotRun'), 4);
      const text = await person.type(['tonight', '--until', '1h']);
      assert.equal(text.code, 4);
      assert.match(text.out, /^✗ 4 of 5 will NOT run/);
      const { answer: fired } = await person.ask(['runs']);
      assert.deepEqual(fired.list('runs'), [], 'nothing has fired yet');

      // However long it took to ask: night falls now.
      for (const id of Object.values(jobs))
        assert.equal((await person.type(['edit', id, '--when', 'in 2s'])).code, 0);
      assert.equal(await reasonOf(person, jobs.fine), 'succeeded');
      for (const [name, code] of named)
        assert.equal(await reasonOf(person, Reflect.get(jobs, name)), code, name);

      await add(person, 'every 1m', '--name', 'later', '--catch-up', 'none', '--', 'true');
      runner.signal('SIGKILL');
      await runner.ended;
      const alone = await tonight(person);
      assert.equal(alone.code, 4);
      assert.deepEqual(codesOf(alone.answer), new Map([['later', 'owner_absent']]));

      const { code, out } = await person.type(['morning']);
      assert.equal(code, 0);
      assert.match(out, /^✗ 1 of 4 ran well .*; 3 failed, 1 refused\./);
      assert.match(out, /nothing ran the jobs \(it ended without notice\)/);
      assert.match(out, /Needs you:\n {2}Nothing runs now: /);
    }));

  test('what tonight says to do makes the obstacle go away', () =>
    walk(async (person) => {
      const script = program(person, 'script');
      const folder = person.file('a folder');
      mkdirSync(folder);
      await startRunner(person);
      await add(person, 'every 10m', '--name', 'script', '--', script);
      await add(person, 'every 10m', '--name', 'folder', '--cwd', folder, '--', 'true');
      chmodSync(script, 0o644);
      rmdirSync(folder);
      const { answer } = await tonight(person);
      const remedies = answer.list('obstacles').map((one) => one.at('remedy'));
      assert.equal(remedies.length, 2);
      for (const remedy of remedies) {
        assert.equal(remedy.text('kind'), 'command');
        execFileSync('/bin/sh', ['-c', remedy.text('text')]);
      }
      const mended = await tonight(person);
      assert.equal(mended.code, 0, JSON.stringify(mended.answer.value));
    }));

  test('an owner that is stopped will run nothing, and what it missed is told in the morning', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      await add(person, 'every 10m', '--name', 'poll', '--', 'true');
      await stopBetweenWrites(person, runner);
      const stopped = await tonight(person);
      assert.equal(stopped.code, 4);
      assert.deepEqual(codesOf(stopped.answer), new Map([['poll', 'owner_stalled']]));
      // Longer than the longest planned sleep and the longest delay that is still usual, 5 s each.
      await sleep(11_000);
      runner.signal('SIGCONT');
      const kinds = await until(
        'the pause is told',
        async () => {
          const { answer } = await person.ask(['morning']);
          const found = answer.list('night').map((one) => one.text('kind'));
          return found.length > 0 ? found : undefined;
        },
        20_000,
      );
      assert.deepEqual(kinds, ['paused']);
      assert.equal((await tonight(person)).code, 0);
    }));

  test('ticks of a timer answer like any owner, and between them nobody is missing', () =>
    walk(async (person) => {
      await add(person, 'every 10m', '--name', 'poll', '--', 'no-such-command');
      const tick = async (): Promise<void> => {
        const { code, err } = await person.type(['tick']);
        assert.equal(code, 0, err);
      };
      await tickTwice(person);
      const asked = tonight(person);
      const waiting = until('somebody asks', async () => {
        const store = await person.openStore();
        try {
          return (await store.requests.waiting('default', 1))[0];
        } finally {
          await store.close();
        }
      });
      await waiting;
      await tick();
      const { code, answer } = await asked;
      assert.equal(code, 4);
      assert.equal(answer.text('readiness', 'code'), 'will_run_by_timer');
      assert.deepEqual(codesOf(answer), new Map([['poll', 'command_not_found']]));
      const { answer: morning } = await person.ask(['morning']);
      assert.deepEqual(morning.list('night'), []);
    }));
});
