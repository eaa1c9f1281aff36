import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { commands } from '../../src/doors/cli/commands/all.ts';
import { add, startRunner, walk, whenOver } from './asking.ts';
import { Json } from './program.ts';

/** Exit codes and documents: what programs read. */

const daily = 'every 1d';

describe('answers', { concurrency: 2 }, () => {
  test('every exit code is reached by what it stands for', () =>
    walk(async (person) => {
      const ends = async (code: number, ...words: string[]): Promise<void> => {
        const answer = await person.type(words);
        assert.equal(answer.code, code, `${words.join(' ')}: ${answer.out}${answer.err}`);
      };
      await ends(0, 'add', daily, '--name', 'bad', '--shell', 'exit 9');
      await ends(2, 'frobnicate');
      await ends(2, 'list', '--frobnicate');
      await ends(3, 'show', 'nobody');
      await ends(4, 'status');
      await ends(4, 'run', 'bad');
      await ends(4, 'add', daily, '--strict', '--', 'true');
      assert.equal((await person.ask(['list'])).answer.list('jobs').length, 1);
      await startRunner(person);
      await ends(0, 'status');
      await ends(0, 'add', daily, '--strict', '--name', 'slow', '--', 'sleep', '30');
      await ends(1, 'run', 'bad', '--wait');
      await ends(5, 'run', 'slow', '--wait=500ms');
      const { answer } = await person.ask(['runs', 'slow']);
      await ends(0, 'cancel', answer.list('runs')[0]?.text('id') ?? '');
    }));

  test('--json is exactly one document on stdout for every verb, refusals too', () =>
    walk(async (person) => {
      await startRunner(person);
      const job = await add(person, 'every 30 days', '--name', 'a', '--', 'echo', 'hi');
      const asked = await person.ask(['run', job, '--wait']);
      const run = asked.answer.text('run', 'id');
      await whenOver(person, run);
      writeFileSync(person.file('jobs.yaml'), 'version: 1\njobs: []\n');
      writeFileSync(person.file('tab'), '0 9 * * * true\n');
      const lines: Readonly<Record<string, readonly string[]>> = {
        add: [daily, '--name', 'b', '--', 'true'],
        show: [job],
        edit: [job, '--grace', '5m'],
        pause: [job],
        resume: [job],
        run: [job],
        next: ['every 1h'],
        why: [job],
        runs: [],
        logs: [run],
        transcript: [run],
        approve: [job],
        chat: ['help'],
        'secret set': ['token'],
        cancel: [run],
        retry: [run],
        remove: ['b'],
        'deliveries retry': [`${run}.r0`],
        'owner appoint': ['auto'],
        'dashboard token add': ['monitor'],
        'dashboard token revoke': ['monitor'],
        'profile add': ['la'],
        'profile use': ['default'],
        'profile remove': ['la'],
        'config get': ['zone'],
        'config set': ['keepRuns', '500'],
        apply: ['jobs.yaml'],
        'import crontab': ['tab'],
        backup: ['copy.db'],
        restore: ['copy.db'],
        'service install': ['--dry-run', '--run-as', 'root', '--system'],
      };
      // There is nothing to cancel, an owner lives, nobody can be asked, no dashboard runs, nothing is owed, nothing waits
      // for approval, no secret is typed, and no service was installed.
      const mayRefuse = (verb: string): boolean =>
        [
          'cancel',
          'restore',
          'setup',
          'dashboard link',
          'deliveries retry',
          'approve',
          'secret set',
        ].includes(verb) || verb.startsWith('service ');
      // These live as processes, or print a program for another shell.
      const others = new Set([
        'up',
        'runner',
        'gateway run',
        'tick',
        'dashboard',
        'completion',
        'mcp',
      ]);
      for (const { path } of commands) {
        const verb = path.join(' ');
        if (others.has(verb)) continue;
        const { code, out, err } = await person.type(['--json', ...path, ...(lines[verb] ?? [])]);
        const document: unknown = JSON.parse(out);
        assert.ok(typeof document === 'object' && document !== null, verb);
        assert.equal(
          code === 0 || code === 1 || 'error' in document,
          true,
          `${verb} ended with ${code}: ${out}${err}`,
        );
        if (!mayRefuse(verb)) assert.ok([0, 1].includes(code ?? -1), `${verb}: ${out}`);
        for (const time of out.matchAll(/"\w+At": "([^"]+)"/g))
          assert.match(time[1] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        const wrong = await person.type([...path, '--frobnicate', '--json']);
        assert.equal(wrong.code, 2, verb);
        assert.equal(new Json(JSON.parse(wrong.out)).text('error', 'code'), 'usage', verb);
        assert.equal(wrong.err, '');
      }
    }));
});
