import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe } from 'node:test';
import { type Person, sleep, until } from '../journeys/program.ts';
import {
  addJob,
  ask,
  doubled,
  journey,
  runsOf,
  startOwner,
  statusWhen,
  testimony,
  willRun,
} from '../journeys/story.ts';
import { seededRandom } from '../simulation/timeline.ts';

/** The bugs of peers that are about processes, locks and answers, with the program as it ships. */

const seed = Number(process.env['SEED'] ?? 1);

/** A run that says when it begins, takes its time, and says when it ends. */
const slowly = (person: Person, seconds: number): string => {
  const line = (word: string) =>
    `echo "$CRONKEEPER_JOB_NAME $CRONKEEPER_FIRE_TIME" >> ${person.file(word)}`;
  return `${line('begun')}; sleep ${seconds}; ${line('ended')}`;
};

const whenSettled = (person: Person, job: string): Promise<true> =>
  until(
    'every run is final',
    async () => {
      const states = (await runsOf(person, job)).map((run) => run.text('state'));
      return states.some((state) => state === 'queued' || state === 'running') ? undefined : true;
    },
    20_000,
  );

describe('peers, with real processes', { concurrency: 2 }, () => {
  journey(
    'Hermes #102944: two runners restarted in turn double nothing and cut nothing off',
    async (person) => {
      const job = await addJob(person, [
        'every 1s',
        '--name',
        'work',
        '--overlap',
        'allow',
        '--shell',
        slowly(person, 2),
      ]);
      const runners = [await startOwner(person, ['runner']), person.start(['runner'])];
      for (let restart = 0; restart < 6; restart += 1) {
        await sleep(700 + 90 * restart);
        const old = runners.shift();
        if (restart % 2 === 0) old?.signal('SIGKILL');
        else old?.signal('SIGTERM');
        await old?.ended;
        runners.push(person.start(['runner']));
      }
      await ask(person, ['pause', job]);
      await whenSettled(person, job);
      const begun = testimony(person, 'begun');
      assert.ok(begun.length >= 5, `${begun.length} runs`);
      assert.deepEqual(doubled(person, 'begun'), []);
      assert.deepEqual(testimony(person, 'ended').toSorted(), begun.toSorted());
      const runs = (await runsOf(person, job)).filter((run) => run.text('state') === 'ended');
      assert.equal(runs.length, begun.length);
      for (const run of runs) assert.equal(run.text('outcome'), 'succeeded');
    },
  );

  journey(
    'Airflow #20695, #70614: a stranger who locks the store again and again ends nobody',
    async (person, t) => {
      const random = seededRandom(seed);
      const job = await addJob(person, [
        'every 1s',
        '--name',
        'work',
        '--overlap',
        'allow',
        '--shell',
        slowly(person, 0),
      ]);
      const runner = await startOwner(person, ['runner']);
      const rude = new DatabaseSync(person.file('cronkeeper.db'), { timeout: 5_000 });
      let locks = 0;
      for (; locks < 20; locks += 1) {
        rude.exec(locks % 2 === 0 ? 'BEGIN IMMEDIATE' : 'BEGIN EXCLUSIVE');
        await sleep(100 + random() * 600);
        rude.exec('ROLLBACK');
        await sleep(random() * 300);
      }
      rude.close();
      const during = testimony(person, 'begun').length;
      await until('it runs on', () =>
        testimony(person, 'begun').length > during + 1 ? true : undefined,
      );
      const said = await statusWhen(person, 'jobs will run', willRun);
      assert.equal(said.number('holder', 'pid'), runner.pid);
      assert.equal(said.number('holder', 'epoch'), 1, 'the lease was lost to a lock');
      await ask(person, ['pause', job]);
      await whenSettled(person, job);
      assert.deepEqual(doubled(person, 'begun'), []);
      t.diagnostic(`seed ${seed}: ${locks} locks, ${during} runs meanwhile`);
    },
  );

  journey(
    'Hermes #16612: whatever is answered to run now comes true, while the owner comes and goes',
    async (person, t) => {
      const random = seededRandom(seed);
      const job = await addJob(person, [
        'every 12h',
        '--name',
        'work',
        '--overlap',
        'allow',
        '--shell',
        slowly(person, 0),
      ]);
      const words = new Map<string, number>();
      const promised: string[] = [];
      for (let round = 0; round < 8; round += 1) {
        const runner = round % 4 === 3 ? null : person.start(['runner']);
        if (runner !== null) await statusWhen(person, 'jobs will run', willRun);
        const asked = person.ask(['run', job]);
        // Every second owner goes at some moment, the others as soon as they have promised.
        await (round % 2 === 0 ? asked : sleep(200 + random() * 1_200));
        const stopped = runner?.stop();
        const { code, answer } = await asked;
        const word = code === 4 ? 'Refused' : answer.text('word');
        words.set(word, (words.get(word) ?? 0) + 1);
        if (word !== 'Refused') promised.push(answer.text('request', 'receipt'));
        await stopped;
      }
      // Requests to a living owner stay valid for a minute; the next owner honours them.
      await startOwner(person, ['runner']);
      await until('what was promised ran', () =>
        testimony(person, 'ended').length >= promised.length ? true : undefined,
      );
      await whenSettled(person, job);
      const begun = testimony(person, 'begun');
      t.diagnostic(
        `seed ${seed}: ${[...words].map(([word, count]) => `${count} ${word}`).join(', ')}`,
      );
      assert.ok((words.get('Refused') ?? 0) >= 2);
      assert.ok(promised.length >= 4);
      assert.equal(begun.length, promised.length, 'a refused request ran, or a promised one twice');
    },
  );
});
