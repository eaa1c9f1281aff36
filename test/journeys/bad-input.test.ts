import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../simulation/timeline.ts';
import { add, logsOf, runNow, startRunner, walk, whenOver } from './asking.ts';
import type { Answer, Json, Person } from './program.ts';
import { openTerminal, quoted } from './terminal.ts';

/** What people type wrongly, and what jobs do wrongly. What is wrong with home and store: `bad-store.test.ts`. */

const daily = 'every 1d';

/** One clear sentence with its code, and what to do now; never a stack trace. */
function assertClear({ code, out, err }: Answer, exitCode: number, reason: string): void {
  assert.equal(code, exitCode, `${out}${err}`);
  assert.equal(out, '');
  assert.match(err, new RegExp(`^✗ [\\s\\S]+\\[${reason}\\]\\n {2}→ \\S`));
  assert.doesNotMatch(err, /^\s+at /m);
}

const jobsOf = async (person: Person): Promise<Json[]> =>
  (await person.ask(['list', '--limit', '1000'])).answer.list('jobs');

describe('what is typed wrongly', { concurrency: 2 }, () => {
  test('in a folder that was deleted only what needs a folder is refused', () =>
    walk(async (person) => {
      const launcher = fileURLToPath(new URL('../../bin/cronkeeper', import.meta.url));
      const typed = (...words: readonly string[]) => {
        mkdirSync(person.file('gone'));
        return spawnSync(
          '/bin/sh',
          ['-c', 'cd gone && rmdir ../gone && exec "$0" "$@"', launcher, ...words],
          { cwd: person.file('.'), env: person.env, encoding: 'utf8' },
        );
      };
      for (const words of [
        ['--version'],
        ['--help'],
        ['list'],
        ['list', '-A'],
        ['profile', 'list'],
        ['add', '--help'],
        ['add', daily, '--name', 'placed', '--cwd', '/', '--', 'true'],
        ['edit', 'placed', '--timeout', '5m'],
        ['backup', person.file('copy')],
      ]) {
        const { status, stderr } = typed(...words);
        assert.equal(status, 0, stderr);
      }
      for (const words of [
        ['add', daily, '--', 'true'],
        ['export', '--home', 'relative'],
      ]) {
        const { status, stderr } = typed(...words);
        assert.equal(status, 3, stderr);
        assert.match(stderr, /not there any more\. +\[cwd_missing\]\n {2}→ Go to another folder/);
        assert.doesNotMatch(stderr, /^\s+at /m);
      }
    }));

  test('schedules that cannot be meant are refused with what to type instead, and nothing is stored', () =>
    walk(async (person) => {
      const cases: readonly (readonly [string, readonly string[], number, string, RegExp])[] = [
        ['0 0 30 2 *', [], 2, 'schedule_never_fires', /"L"/],
        ['2020-01-01 10:00', [], 2, 'schedule_in_past', /"in 5m"/],
        ['30m', [], 2, 'schedule_ambiguous', /"in 30m".*"every 30m"/],
        ['now and then', [], 2, 'schedule_invalid', /"every 2h"/],
        ['61 * * * *', [], 2, 'schedule_invalid', /five fields/],
        [daily, ['--tz', 'Mars/Olympus'], 2, 'zone_unknown', /Europe\/Berlin/],
        [daily, ['--timeout', 'soon'], 2, 'usage', /→ \S/],
        [daily, ['--overlap', 'perhaps'], 2, 'usage', /--help/],
      ];
      for (const [when, options, exitCode, reason, remedy] of cases) {
        const answer = await person.type(['add', when, ...options, '--', 'true']);
        assertClear(answer, exitCode, reason);
        assert.match(answer.err, remedy);
      }
      assert.deepEqual(await jobsOf(person), []);
    }));

  test('a name is a label: never a path, an option or a prototype', () =>
    walk(async (person) => {
      const labels = [
        '../x',
        '/etc/passwd',
        '-dash',
        '--name',
        '__proto__',
        'constructor',
        '😀 ünï',
        'a\\b',
        '$(id)',
        '*',
      ];
      for (const name of labels) {
        assert.equal(
          (await person.type(['add', daily, '--name', name, '--', 'true'])).code,
          0,
          name,
        );
        const shown = await person.ask(['show', '--', name]);
        assert.equal(shown.answer.text('job', 'name'), name);
        const edited = await person.ask([
          'edit',
          '--grace',
          '5m',
          name.startsWith('-') ? shown.answer.text('job', 'id') : name,
        ]);
        assert.equal(edited.answer.number('job', 'graceMs'), 300_000);
      }
      assert.equal((await jobsOf(person)).length, labels.length);
      for (const name of labels)
        assert.equal((await person.type(['remove', '--', name])).code, 0, name);
      assert.deepEqual(await jobsOf(person), []);
    }));

  test('names that cannot be shown honestly are refused', () =>
    walk(async (person) => {
      for (const name of [
        'x'.repeat(300),
        'a\u202eb',
        'a\u200fb',
        'bell\u0007',
        'two\nlines',
        '',
        '   ',
      ]) {
        const answer = await person.type(['add', daily, '--name', name, '--', 'true']);
        assert.equal(answer.code, 2, JSON.stringify(name));
        assert.match(answer.err, /\[name_invalid\]/);
      }
      const nul = JSON.stringify({
        version: 1,
        jobs: [{ name: 'a\0b', when: daily, shell: 'true' }],
      });
      assert.equal((await person.type(['apply', '-'], {}, nul)).code, 2);
      assert.deepEqual(await jobsOf(person), []);
    }));

  test('names that differ only in case are told apart by id', () =>
    walk(async (person) => {
      const first = await add(person, daily, '--name', 'Report', '--', 'true');
      const second = await add(person, daily, '--name', 'report', '--', 'true');
      const { code, answer } = await person.ask(['show', 'REPORT']);
      assert.equal(code, 3);
      assert.equal(answer.text('error', 'code'), 'ambiguous');
      const candidates = JSON.stringify(answer.at('error', 'details').value);
      assert.ok(candidates.includes(first) && candidates.includes(second));
      assert.equal((await person.ask(['show', second])).answer.text('job', 'name'), 'report');
      assert.equal((await person.type(['remove', first])).code, 0);
      assert.equal((await person.ask(['show', 'REPORT'])).answer.text('job', 'id'), second);
    }));

  test('a file with a mistake is refused with line and column, and nothing of it is applied', () =>
    walk(async (person) => {
      const lines = [
        'version: 1',
        'jobs:',
        '  - name: fine',
        '    when: every 1d',
        '    shell: "true"',
        '  - name: typo',
        '    when: every 1d',
        '    shell: "true"',
        '    tiemout: 5m',
        '    extra:',
        '      deep: 1',
      ];
      const typo = await person.type(['apply', '-'], {}, lines.join('\n'));
      assertClear(typo, 2, 'file_invalid');
      assert.match(typo.err, /line 9, column \d+: "tiemout"/);
      assert.match(typo.err, /line 10, column 5: "extra"/);
      const wrong = JSON.stringify(
        {
          version: 1,
          jobs: [
            { name: 'a', when: daily, shell: 'true' },
            { name: 'b', when: '30m', shell: 'true' },
          ],
        },
        null,
        1,
      );
      const meant = await person.type(['apply', '-'], {}, wrong);
      assert.equal(meant.code, 2, meant.err);
      assert.match(meant.err, /line 11, column \d+: .*"every 30m"|line 11, column \d+: .*once/);
      for (const text of ['', '[1', 'version: 2\njobs: []', 'jobs: {}', '\0', 'a: &x 1\nb: *x\n'])
        assert.equal((await person.type(['apply', '-'], {}, text)).code, 2, JSON.stringify(text));
      assert.equal((await person.type(['apply', 'missing.yaml'])).code !== 0, true);
      assert.deepEqual(await jobsOf(person), []);
    }));

  test('whatever is typed, the program neither crashes nor hangs', { timeout: 300_000 }, (t) =>
    walk(async (person) => {
      const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
      t.diagnostic(`SEED=${seed}`);
      const random = seededRandom(seed);
      const verbs =
        'add list show edit pause resume remove run next why runs logs cancel retry status doctor owner profile config apply export import backup completion cron help complete zzz'.split(
          ' ',
        );
      const words = [
        '--json',
        '-v',
        '-p',
        '--profile',
        'la',
        '--home',
        '--name',
        '',
        '-',
        '--',
        '\u202e',
        '😀',
        '../x',
        '__proto__',
        'every 1d',
        '0 9 * * 1-5',
        '*',
        '-n',
        '0',
        '-1',
        '99999999999999999999',
        '--limit',
        '--tz',
        'UTC',
        '--queue',
        '--queue=',
        '--wait=1s',
        '--require',
        'level=proven',
        '--env',
        'A=B',
        '=',
        '--help',
        'show',
        'appoint',
        'role',
        'gateway',
        'set',
        'x'.repeat(5_000),
        '01JZ0000000000000000000000',
        '--state',
        'running',
        '\u001b[31m',
        'true',
      ];
      const pick = (from: readonly string[]): string =>
        from[Math.floor(random() * from.length)] ?? '';
      const lines = Array.from({ length: 200 }, () => [
        pick(verbs),
        ...Array.from({ length: Math.floor(random() * 6) }, () => pick(words)),
      ]);
      const faults: string[] = [];
      const one = async (line: readonly string[]): Promise<void> => {
        const began = Date.now();
        const { code, out, err } = await person.type(line);
        const told = JSON.stringify(line).slice(0, 300);
        if (code === null || ![0, 1, 2, 3, 4, 5].includes(code))
          faults.push(`${told} ended with ${code}`);
        if (/^\s+at .*:\d+:\d+/m.test(out + err) || /\[internal\]|"internal"/.test(out + err))
          faults.push(`${told}: ${err}${out}`.slice(0, 600));
        if (Date.now() - began > 20_000) faults.push(`${told} took ${Date.now() - began} ms`);
      };
      for (let index = 0; index < lines.length; index += 2)
        await Promise.all(lines.slice(index, index + 2).map(one));
      assert.deepEqual(faults, [], `SEED=${seed}`);
    }),
  );
});

describe('what jobs do wrongly', { concurrency: 2 }, () => {
  test('output is kept as it was written, and shown without its power over the terminal', () =>
    walk(async (person) => {
      await startRunner(person);
      const job = await add(
        person,
        'every 30 days',
        '--name',
        'bytes',
        '--shell',
        String.raw`printf 'a\377\376b\000c\033[31mred\033]0;title\007\n'`,
      );
      const id = await runNow(person, job);
      await whenOver(person, id);
      const wanted = Buffer.from([
        0x61,
        0xff,
        0xfe,
        0x62,
        0,
        0x63,
        ...Buffer.from('\u001b[31mred\u001b]0;title\u0007\n'),
      ]);
      const { answer } = await person.ask(['logs', id]);
      assert.deepEqual(Buffer.from(answer.text('base64'), 'base64'), wanted);
      assert.ok((await logsOf(person, id)).includes('red'));
      const shown = await inTerminal(person, ['logs', id]);
      assert.ok(
        shown.includes('red') &&
          !shown.includes('\u001b[31m') &&
          !shown.includes('\u001b]0;') &&
          !shown.includes('\0'),
        JSON.stringify(shown),
      );
    }));

  test('a command that cannot be executed ends failed with the cause', () =>
    walk(async (person) => {
      await startRunner(person);
      writeFileSync(person.file('plain'), 'echo no', { mode: 0o600 });
      mkdirSync(person.file('folder'));
      const cases = [
        ['./missing', 'command_not_found'],
        ['no-such-command', 'command_not_found'],
        ['./plain', 'command_not_executable'],
        ['./folder', 'command_is_folder'],
      ] as const;
      for (const [command, reason] of cases) {
        const id = await runNow(
          person,
          await add(person, 'every 30 days', '--name', command, '--', command),
        );
        const run = await whenOver(person, id);
        assert.equal(run.text('outcome'), 'failed', command);
        assert.equal(run.text('reason'), reason, command);
        assert.ok(run.text('message').includes(command.replace('./', '')));
      }
      const lost = await add(person, 'every 30 days', '--cwd', person.file('folder'), '--', 'true');
      rmdirSync(person.file('folder'));
      assert.equal(
        (await whenOver(person, await runNow(person, lost))).text('reason'),
        'cwd_missing',
      );
    }));
});

/** What a person sees who types it into a terminal. */
async function inTerminal(person: Person, words: readonly string[]): Promise<string> {
  const launcher = fileURLToPath(new URL('../../bin/cronkeeper', import.meta.url));
  const line = [launcher, ...words].map(quoted).join(' ');
  const terminal = openTerminal(line, { env: person.env, cwd: person.home });
  await terminal.ended;
  return terminal.seen();
}
