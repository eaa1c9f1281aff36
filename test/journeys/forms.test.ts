import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { describe, test } from 'node:test';
import { walk } from './asking.ts';
import { type Answer, Json, starts, until } from './program.ts';

/** How the same thing may be said, and in which form the answers come. */

const daily = 'every 1d';

/** What every `add` answers: how it was understood, and the next times in order. */
function assertUnderstood(answer: Json, kind: string, canonical: RegExp, times: number): void {
  assert.equal(answer.text('understood', 'kind'), kind);
  assert.match(answer.text('understood', 'canonical'), canonical);
  assert.notEqual(answer.text('understood', 'words'), '');
  const next = answer.list('understood', 'next').map((one) => Date.parse(one.text('at')));
  assert.equal(next.length, times);
  assert.deepEqual(
    next,
    [...new Set(next)].sort((one, other) => one - other),
  );
  assert.ok(next.every((at) => at > Date.now() - 60_000));
}

describe('forms of add', { concurrency: 2 }, () => {
  test('every form of a schedule is answered with what was understood and its next times', () =>
    walk(async (person) => {
      const forms: readonly (readonly [string, readonly string[], string, RegExp, number])[] = [
        ['0 9 * * 1-5', ['--tz', 'Europe/Berlin'], 'cron', /^0 9 \* \* 1-5/, 5],
        ['every 90s', [], 'every', /^every (90s|1m30s)$/, 5],
        ['in 5 minutes', [], 'at', /^\d{4}-/, 1],
        ['2031-03-01T14:00:00+01:00', [], 'at', /^2031-03-01T/, 1],
        ['every weekday at 9am', [], 'cron', /^0 9 \* \* 1-5/, 5],
        ['first monday of the month at 10', [], 'cron', /^0 10 /, 5],
        ['tomorrow 8:30', [], 'at', /^\d{4}-/, 1],
        ['@daily', [], 'cron', /^0 0 \* \* \*/, 5],
      ];
      for (const [when, options, kind, canonical, times] of forms) {
        const { code, answer } = await person.ask(['add', when, ...options, '--', 'echo', 'hello']);
        assert.equal(code, 0, when);
        assert.equal(answer.at('created').value, true);
        assertUnderstood(answer, kind, canonical, times);
        const {
          code: human,
          out,
          err,
        } = await person.type(['add', when, ...options, '--', 'true']);
        assert.equal(human, 0);
        assert.match(out, /^Added \S+.*\n {2}When: .+\n {2}As: {3}.+\n {2}Next:\n/);
        assert.equal(out.match(/^ {4}\w{3} \d{4}-\d\d-\d\d \d\d:\d\d/gm)?.length, times, out);
        assert.match(err, new RegExp(`⚠ NOTHING WILL RUN THIS JOB: .*Start one: ${starts.runner}`));
        const again = answer.text('understood', 'canonical');
        const zone = ['--tz', answer.text('understood', 'zone')];
        const reread = await person.ask(['next', again, ...(kind === 'cron' ? zone : [])]);
        assert.equal(
          reread.answer.text('understood', 'canonical'),
          again,
          'it means the same when typed again',
        );
      }
      const berlin = await person.ask(['add', '0 9 * * *', '--tz', 'Europe/Berlin', '--', 'true']);
      for (const one of berlin.answer.list('understood', 'next'))
        assert.match(one.text('local'), /T09:00:00\+0[12]:00$/);
    }));

  test('a command is kept word for word, a line for the shell as a line, and what it needs', () =>
    walk(async (person) => {
      const words = ['printf', '%s|', 'a b', '*', '$HOME', '--json', "it's", ''];
      const argv = await person.ask(['add', daily, '--', ...words]);
      assert.deepEqual(argv.answer.at('job', 'command').value, words);
      assert.equal(argv.answer.at('job', 'shell').value, false);
      const line = 'echo "$HOME" | tr a-z A-Z';
      const shell = await person.ask(['add', daily, '--shell', line]);
      assert.deepEqual(shell.answer.at('job', 'command').value, [line]);
      assert.equal(shell.answer.at('job', 'shell').value, true);
      const needs = [
        'level=proven',
        'role=gateway',
        'readable=/etc/hosts',
        'command=sh',
        'env=HOME',
      ];
      const require = needs.flatMap((need) => ['--require', need]);
      const needy = await person.ask(['add', daily, ...require, '--', 'true']);
      assert.deepEqual(needy.answer.at('job', 'require').value, needs);
      const both = await person.type(['add', daily, '--shell', 'true', '--', 'true']);
      assert.equal(both.code, 2, both.out);
      assert.equal((await person.type(['add', daily])).code, 2);
    }));

  test('the same key twice is one job; with other content it is refused', () =>
    walk(async (person) => {
      const words = ['add', daily, '--name', 'once', '--key', 'k1', '--', 'true'];
      const [first, second] = [await person.ask(words), await person.ask(words)];
      assert.equal(first.answer.at('created').value, true);
      assert.equal(second.answer.at('created').value, false);
      assert.equal(second.answer.text('job', 'id'), first.answer.text('job', 'id'));
      const other = await person.ask([...words.slice(0, -1), 'false']);
      assert.equal(other.code, 3);
      assert.equal(other.answer.text('error', 'code'), 'key_conflict');
      assert.equal((await person.ask(['list'])).answer.list('jobs').length, 1);
    }));

  test('a file of 50 jobs is applied at once', () =>
    walk(async (person) => {
      const jobs = Array.from({ length: 50 }, (_, index) => ({
        name: `job ${index}`,
        when: `${index} 9 * * *`,
        tz: 'Asia/Tokyo',
        command: ['echo', String(index)],
      }));
      writeFileSync(person.file('jobs.json'), JSON.stringify({ version: 1, jobs }));
      const plan = await person.ask(['apply', 'jobs.json', '--plan']);
      assert.equal(plan.answer.at('applied').value, false);
      assert.equal((await person.ask(['list'])).answer.list('jobs').length, 0);
      const { code, answer } = await person.ask(['apply', '-f', 'jobs.json']);
      assert.equal(code, 0);
      assert.equal(answer.number('counts', 'create'), 50);
      const listed = (await person.ask(['list'])).answer.list('jobs');
      assert.equal(listed.length, 50);
      assert.ok(listed.every((job) => job.text('schedule', 'zone') === 'Asia/Tokyo'));
    }));
});

describe('command lines of others', { concurrency: 2 }, () => {
  test('what users of Hermes type works, or is answered with what does', () =>
    walk(async (person) => {
      writeFileSync(person.file('x.sh'), '#!/bin/sh\necho done\n');
      chmodSync(person.file('x.sh'), 0o700);
      await person.type(['profile', 'add', 'la']);
      const works = async (code: number, ...words: string[]): Promise<Answer> => {
        const answer = await person.type(words);
        assert.equal(answer.code, code, `${words.join(' ')}: ${answer.out}${answer.err}`);
        return answer;
      };
      assert.match((await works(4, 'cron', 'status')).out, /Jobs will NOT run/);
      await works(0, 'cron', 'list');
      const prompt = await works(
        2,
        'cron',
        'create',
        'every 30m',
        'Summarise my mail',
        '--name',
        'x',
        '--deliver',
        'local',
      );
      assert.match(prompt.err, /needs a model.*\n.*cronkeeper config set model PROVIDER\/MODEL/);
      await works(
        0,
        'cron',
        'create',
        'every 30m',
        '--no-agent',
        '--script',
        './x.sh',
        '--name',
        'y',
      );
      await works(4, 'cron', 'run', 'y');
      await works(0, 'cron', 'tick');
      await works(0, 'cron', 'runs');
      await works(0, 'cron', 'pause', 'y');
      await works(0, 'cron', 'resume', 'y');
      await works(0, 'cron', 'edit', 'y', '--schedule', 'every 2h', '--repeat', '3');
      await works(4, '--profile', 'la', 'cron', 'status');
      const { username } = userInfo();
      const asMe = ['--system', '--run-as', username, '--dry-run'];
      const { out } = await works(0, 'gateway', 'install', ...asMe);
      assert.match(out, /^ExecStart=.* "gateway" "run" /m);
      await works(3, 'gateway', 'status', '--run-as', username);
      await works(0, 'cron', 'remove', 'y');
    }));

  test('gateway run owns, and --replace takes over from it', () =>
    walk(async (person) => {
      const owner = (profile: string): Promise<string | undefined> =>
        person
          .ask(['-p', profile, 'status'])
          .then(({ answer }) =>
            answer.at('holder').value === null
              ? undefined
              : `${answer.text('holder', 'role')} ${answer.number('holder', 'pid')}`,
          );
      const plain = person.start(['gateway']);
      const first = person.start(['--profile', 'la', 'gateway', 'run']);
      await until('both own', async () =>
        (await owner('default')) === `gateway ${plain.pid}` &&
        (await owner('la').catch(() => undefined)) === `gateway ${first.pid}`
          ? true
          : undefined,
      );
      const second = person.start(['--profile', 'la', 'gateway', 'run', '--replace']);
      await until(
        'the second owns',
        async () => ((await owner('la')) === `gateway ${second.pid}` ? true : undefined),
        20_000,
      );
      assert.equal(await second.stop(), 0);
    }));

  test('other spellings mean the same', () =>
    walk(async (person) => {
      const works = async (...words: string[]): Promise<Json> => {
        const { code, answer } = await person.ask(words);
        assert.equal(code, 0, `${words.join(' ')}: ${JSON.stringify(answer.value)}`);
        return answer;
      };
      await works('create', daily, '--name', 'a', '--repeat', '4', '--workdir', '/', '--', 'true');
      const id = (await works('new', daily, '--name', 'b', '--', 'true')).text('job', 'id');
      const shown = await works('describe', 'a');
      assert.equal(shown.number('job', 'maxRuns'), 4);
      assert.equal(shown.text('job', 'cwd'), '/');
      for (const verb of ['ls', 'get', 'list'])
        assert.equal((await works(verb)).list('jobs').length, 2);
      assert.equal((await works('show', id.toLowerCase())).text('job', 'name'), 'b');
      await works('history');
      await works('runs', '-A');
      await works('list', '--all-profiles');
      assert.equal((await person.ask(['status', '-A'])).answer.list('profiles').length, 1);
      await works('rm', 'a');
      await works('delete', 'B');
      const unquoted = await person.type(['add', '0', '9', 'bin', 'etc', '1-5', '--', 'true']);
      assert.equal(unquoted.code, 2);
      assert.match(unquoted.err, /→ cronkeeper add '0 9 \* \* 1-5' -- true/);
      const daemon = person.start(['daemon']);
      await until('the daemon owns', async () =>
        (await person.type(['status'])).code === 0 ? true : undefined,
      );
      assert.equal(await daemon.stop(), 0);
    }));

  test('options of all verbs stand before and after the verb', () =>
    walk(async (person) => {
      await person.type(['profile', 'add', 'la']);
      await person.type(['add', daily, '--name', 'there', '-p', 'la', '--', 'true']);
      for (const words of [
        ['-p', 'la', 'list', '--json'],
        ['--json', 'list', '-p', 'la'],
        ['list', '--json', '--profile=la'],
        ['--home', person.home, '--profile', 'la', '--json', 'ls'],
      ]) {
        const { out } = await person.type(words);
        assert.equal(new Json(JSON.parse(out)).list('jobs').length, 1, words.join(' '));
      }
      const { out } = await person.type(['list', '--json'], { CRONKEEPER_PROFILE: 'la' });
      assert.equal(new Json(JSON.parse(out)).list('jobs').length, 1);
    }));
});
