import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { add, runNow, startRunner, walk, whenRunning, whenRuns } from './asking.ts';
import { Json, type Person, sleep } from './program.ts';

/** Files, copies, settings, profiles and completion: what keeps the jobs when everything else changes. */

const launcher = fileURLToPath(new URL('../../bin/cronkeeper', import.meta.url));
const daily = 'every 1d';

const works = async (person: Person, ...words: readonly string[]): Promise<Json> => {
  const { code, answer } = await person.ask(words);
  assert.equal(code, 0, `${words.join(' ')}: ${JSON.stringify(answer.value)}`);
  return answer;
};

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;

describe('files', { concurrency: 2 }, () => {
  test('what is exported and applied again changes nothing, here and elsewhere', () =>
    walk(async (person) => {
      await add(
        person,
        '0 9 * * 1-5',
        '--tz',
        'Europe/Berlin',
        '--name',
        'Ünï "quoted" #1',
        '--retries',
        '2',
        '--catch-up',
        'all(7)',
        '--on-loss',
        'rerun',
        '--env',
        'A=b c',
        '--require',
        'level=proven',
        '--',
        'echo',
        "it's",
        '',
        '--x',
      );
      await add(
        person,
        'every 90s',
        '--name',
        'line',
        '--shell',
        'echo "$HOME" | wc -c',
        '--overlap',
        'queue',
        '--jitter',
        '20s',
        '--max-runs',
        '9',
      );
      await add(
        person,
        '2031-01-01T00:00:00Z',
        '--name',
        'once',
        '--paused',
        '--no-output-timeout',
        '3m',
        '--',
        'true',
      );
      await add(person, daily, '--name', 'twin', '--', 'true');
      await add(person, daily, '--name', 'twin', '--', 'false');
      const exported = await person.type(['export']);
      assert.equal(exported.code, 0);
      const before = (await works(person, 'list')).value;
      const again = await person.type(['--json', 'apply', '-'], {}, exported.out);
      const counts = new Json(JSON.parse(again.out)).at('counts').value;
      assert.deepEqual(counts, { create: 0, change: 0, unchanged: 5, remove: 0 });
      assert.deepEqual((await works(person, 'list')).value, before);
      assert.equal((await person.type(['export'])).out, exported.out);
      const pruned = await person.type(['--json', 'apply', '-', '--prune'], {}, exported.out);
      assert.deepEqual(new Json(JSON.parse(pruned.out)).at('counts').value, counts);
    }));

  test('a file applied twice is unchanged; what it no longer names goes only with --prune', () =>
    walk(async (person) => {
      const file = (names: readonly string[]): string =>
        JSON.stringify({
          version: 1,
          jobs: names.map((name) => ({ name, when: daily, shell: `echo ${name}` })),
        });
      const apply = async (text: string, ...options: readonly string[]): Promise<unknown> =>
        new Json(
          JSON.parse((await person.type(['--json', 'apply', '-', ...options], {}, text)).out),
        ).at('counts').value;
      assert.deepEqual(await apply(file(['a', 'b'])), {
        create: 2,
        change: 0,
        unchanged: 0,
        remove: 0,
      });
      assert.deepEqual(await apply(file(['a', 'b'])), {
        create: 0,
        change: 0,
        unchanged: 2,
        remove: 0,
      });
      assert.deepEqual(await apply(file(['a'])), { create: 0, change: 0, unchanged: 1, remove: 0 });
      assert.equal((await works(person, 'list')).list('jobs').length, 2);
      assert.deepEqual(await apply(file(['a']), '--prune'), {
        create: 0,
        change: 0,
        unchanged: 1,
        remove: 1,
      });
      assert.equal((await works(person, 'list')).list('jobs').length, 1);
    }));

  test('a crontab becomes jobs, and what cannot be one is told', () =>
    walk(async (person) => {
      const tab = [
        '# comment',
        'MAILTO=me',
        'CRON_TZ=Europe/Berlin',
        '0 9 * * 1-5 /usr/bin/report --all',
        '*/5 * * * * echo 50\\% | cat',
        '@daily true',
        '@reboot /bin/start',
        '61 * * * * nonsense',
      ].join('\n');
      const { out, code } = await person.type(['--json', 'import', 'crontab', '-'], {}, `${tab}\n`);
      const answer = new Json(JSON.parse(out));
      assert.equal(code, 0, out);
      assert.equal(answer.number('counts', 'create'), 3);
      const skipped = answer.list('skipped').map((one) => one.text('text'));
      assert.ok(
        skipped.some((text) => text.includes('@reboot')) &&
          skipped.some((text) => text.includes('nonsense')),
        out,
      );
      const jobs = (await works(person, 'list')).list('jobs');
      assert.equal(jobs.length, 3);
      assert.ok(jobs.some((job) => job.text('schedule', 'zone') === 'Europe/Berlin'));
      const again = new Json(
        JSON.parse((await person.type(['--json', 'import', 'crontab', '-'], {}, `${tab}\n`)).out),
      );
      assert.equal(again.number('counts', 'create'), 0, 'imported twice');
    }));

  test('a backup is taken while it runs; a restore is refused meanwhile, leaps the epoch and records what may have run', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      const job = await add(person, 'every 1s', '--name', 'beat', '--', 'true');
      await whenRuns(person, job, 'it ran', (runs) => runs.length > 1);
      await works(person, 'backup', 'safe.db');
      assert.equal((await person.type(['backup', 'safe.db'])).code, 2, 'it wrote over a backup');
      const epoch = (await works(person, 'status')).number('holder', 'epoch');
      await whenRuns(person, job, 'it ran on', (runs) => runs.length > 4);
      const refused = await person.ask(['restore', 'safe.db']);
      assert.equal(refused.code, 3);
      assert.equal(refused.answer.text('error', 'code'), 'lease_held');
      assert.equal(await runner.stop(), 0);
      await works(person, 'restore', 'safe.db');
      const missed = (await works(person, 'runs', job, '--state', 'missed')).list('runs');
      assert.ok(
        missed.some((run) => run.text('reason') === 'restored'),
        JSON.stringify(missed),
      );
      await startRunner(person);
      assert.ok((await works(person, 'status')).number('holder', 'epoch') > epoch + 999);
      const runs = await whenRuns(
        person,
        job,
        'it runs again',
        (all) => all.filter(({ epoch: of }) => (of ?? 0) > epoch).length > 1,
      );
      const times = runs.map(({ fireTime }) => fireTime);
      assert.equal(new Set(times).size, times.length);
    }));
});

describe('a backup restored into another home', { concurrency: 2 }, () => {
  test('knows nobody of the first home, leaves it alone and says that both may run the jobs', () =>
    walk((first) =>
      walk(async (second) => {
        const runner = await startRunner(first);
        const job = await add(first, 'every 1d', '--name', 'long', '--', 'sleep', '300');
        const run = await runNow(first, job);
        await whenRunning(first, run);
        await works(first, 'backup', 'safe.db');
        const restored = await works(second, 'restore', first.file('safe.db'));
        assert.match(
          restored.text('message'),
          /A runner \(pid \d+\) of the home .* still runs: both homes run these jobs now/,
        );
        const { answer } = await second.ask(['status']);
        assert.equal(answer.text('readiness', 'code'), 'owner_absent');
        assert.doesNotMatch(answer.text('readiness', 'message'), /take over/);
        assert.deepEqual(answer.list('instances'), []);
        assert.deepEqual(answer.list('warnings'), []);
        await works(second, 'restore', first.file('safe.db'));
        // What escaped from a run that has been over for longer is ended at once.
        await sleep(6_000);
        const own = await startRunner(second);
        const refused = await second.ask(['restore', first.file('safe.db')]);
        assert.equal(refused.answer.text('error', 'code'), 'lease_held');
        assert.match(refused.answer.text('error', 'message'), new RegExp(`pid ${own.pid}`));
        const copied = (await works(second, 'show', run)).at('run');
        assert.deepEqual([copied.text('outcome'), copied.text('reason')], ['unknown', 'restored']);
        // It looks for what escaped from runs that are over, once and at once.
        await whenRuns(
          second,
          await add(second, 'every 1s', '--', 'true'),
          'it runs jobs',
          (all) => all.length > 2,
        );
        assert.equal((await works(first, 'status')).number('holder', 'pid'), runner.pid);
        const there = (await works(first, 'show', run)).at('run');
        assert.equal(there.text('state'), 'running', 'the other home ended it');
      }),
    ));

  test('does not take the place of a store whose process its rows do not name', () =>
    walk(async (person) => {
      await startRunner(person);
      await works(person, 'backup', 'safe.db');
      const store = await person.openStore();
      for (const { id } of await store.instances.list('default'))
        await store.instances.remove('default', id);
      await store.close();
      const refused = await person.ask(['restore', 'safe.db']);
      assert.equal(refused.answer.text('error', 'code'), 'lease_held');
    }));
});

describe('settings and profiles', { concurrency: 2 }, () => {
  test('a setting is listed, set, read and given back; a wrong one is refused', () =>
    walk(async (person) => {
      const names = (await works(person, 'config', 'list'))
        .list('settings')
        .map((one) => one.text('name'));
      assert.ok(names.includes('leaseTtl') && names.includes('zone') && names.length <= 20);
      for (const name of names)
        assert.equal((await works(person, 'config', 'get', name)).text('setting', 'name'), name);
      await works(person, 'config', 'set', 'zone', 'Asia/Tokyo');
      assert.equal(
        (await works(person, 'config', 'get', 'zone')).text('setting', 'value'),
        'Asia/Tokyo',
      );
      assert.equal(
        (await works(person, 'add', '0 9 * * *', '--', 'true')).text('understood', 'zone'),
        'Asia/Tokyo',
      );
      for (const [name, value] of [
        ['zone', 'Mars'],
        ['leaseTtl', '1ms'],
        ['concurrency', 'many'],
        ['nonsense', '1'],
      ]) {
        const { code, err } = await person.type(['config', 'set', name ?? '', value ?? '']);
        assert.equal(code, 2);
        assert.match(err, /→ /);
      }
      await works(person, 'config', 'set', 'leaseTtl', '30s');
      assert.equal(
        (await works(person, 'config', 'get', 'leaseTtl')).number('setting', 'value'),
        30_000,
      );
      const path = (await works(person, 'config', 'path')).text('path');
      assert.equal(path, person.file('config.yaml'));
      writeFileSync(path, 'zonne: UTC\n');
      const broken = await person.type(['list']);
      assert.equal(broken.code, 2);
      assert.match(broken.err, /"zonne"/);
    }));

  test('the examples of help name settings that exist', () =>
    walk(async (person) => {
      for (const verb of ['get', 'set']) {
        const { out } = await person.type(['config', verb, '--help']);
        for (const [, line = ''] of out.matchAll(/^ {2}cronkeeper (config [gs]et .*)$/gm))
          assert.equal((await person.type(line.split(' '))).code, 0, line);
      }
    }));

  test('a profile is added, used and removed; one with jobs is kept', () =>
    walk(async (person) => {
      await works(person, 'profile', 'add', 'la');
      assert.equal((await works(person, 'profile', 'add', 'la')).at('created').value, false);
      await works(person, 'profile', 'use', 'la');
      const job = await add(person, daily, '--name', 'here', '--', 'true');
      assert.equal((await works(person, 'show', job)).text('job', 'profile'), 'la');
      assert.equal((await works(person, '-p', 'default', 'list')).list('jobs').length, 0);
      const kept = await person.ask(['profile', 'remove', 'la']);
      assert.equal(kept.code, 3);
      assert.equal(kept.answer.text('error', 'code'), 'profile_not_empty');
      await works(person, 'remove', job);
      await works(person, 'profile', 'use', 'default');
      await works(person, 'profile', 'remove', 'la');
      assert.equal(
        (await person.ask(['-p', 'la', 'list'])).answer.text('error', 'code'),
        'profile_unknown',
      );
      for (const name of ['../x', '', 'A B', '-x'])
        assert.notEqual((await person.type(['profile', 'add', '--', name])).code, 0, name);
      assert.notEqual(
        (await person.type(['profile', 'use', 'nobody'])).code,
        0,
        'it uses a profile that is not there',
      );
    }));
});

describe('completion', { concurrency: 2 }, () => {
  test('verbs, options, jobs, runs and profiles are offered', () =>
    walk(async (person) => {
      await add(person, daily, '--name', 'report', '--', 'true');
      await person.type(['profile', 'add', 'la']);
      const offered = async (...words: readonly string[]): Promise<string> => {
        const { code, out } = await person.type(['complete', '--', ...words]);
        assert.equal(code, 0);
        return out;
      };
      assert.match(await offered(''), /^status\t/m);
      assert.match(await offered('sh'), /^show\t/m);
      assert.match(await offered('show', ''), /^report\t/m);
      assert.match(await offered('cron', 'pause', 're'), /^report\t/m);
      assert.match(await offered('add', '--over'), /^--overlap/m);
      assert.match(await offered('-p', ''), /^la\t/m);
      assert.doesNotMatch(await offered('-p', 'la', 'show', ''), /^report\t/m);
    }));

  for (const shell of ['bash', 'zsh', 'fish']) {
    test(
      `${shell} reads the script and completes names of jobs`,
      { skip: !has(shell) && `no ${shell} here` },
      () =>
        walk(async (person) => {
          await add(person, daily, '--name', 'report', '--', 'true');
          mkdirSync(person.file('bin'));
          symlinkSync(launcher, person.file('bin/cronkeeper'));
          const { out } = await person.type(['completion', shell]);
          writeFileSync(person.file('script'), out);
          const env = { ...person.env, PATH: `${person.file('bin')}:${person.env['PATH']}` };
          const type = (line: string): string => {
            const done = spawnSync(
              shell,
              [
                ...(shell === 'fish'
                  ? ['--no-config']
                  : ['--noprofile', '--norc'].slice(0, shell === 'bash' ? 2 : 0)),
                '-c',
                line,
              ],
              { env, encoding: 'utf8', cwd: person.home },
            );
            assert.equal(done.stderr, '', line);
            return done.stdout;
          };
          if (shell === 'bash') {
            assert.match(
              type('source ./script; complete -p cronkeeper'),
              /^complete .* cronkeeper$/m,
            );
            const function_ =
              /-F (\S+)/.exec(type('source ./script; complete -p cronkeeper'))?.[1] ?? '';
            const seen = type(
              `source ./script; COMP_WORDS=(cronkeeper show re); COMP_CWORD=2; ${function_} cronkeeper re show; printf '%s\\n' "\${COMPREPLY[@]}"`,
            );
            assert.match(seen, /^report/m);
          } else if (shell === 'fish')
            assert.match(type('source ./script; complete -C "cronkeeper show re"'), /^report/m);
          else
            assert.match(
              type(
                'autoload -Uz compinit; compinit -u; source ./script; print $_comps[cronkeeper]',
              ),
              /\S/,
            );
        }),
    );
  }
});
