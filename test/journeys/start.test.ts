import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { add, kill, processesWith, startRunner, walk, whenRuns } from './asking.ts';
import { Json, type Person, until } from './program.ts';
import { openTerminal, quoted, type Terminal } from './terminal.ts';

/** The first minutes with the program: `npm start` in a clone, `up`, and what it looks like in a terminal. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = join(root, 'bin/cronkeeper');
const ctrlC = '\u0003';
const colour = '\u001b[';

/** The built program as a clone has it. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'ck-clone-'));
  for (const name of ['bin', 'dist', 'scripts', 'package.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

const withoutColor = stripVTControlCharacters;

async function ctrlCEnds(terminal: Terminal, mark: string): Promise<void> {
  const pressed = Date.now();
  terminal.type(ctrlC);
  await until(
    'Ctrl-C ends it',
    async () => ((await processesWith(mark)).length === 0 ? true : undefined),
    10_000,
  );
  await terminal.ended;
  assert.ok(Date.now() - pressed < 10_000);
}

const asked = async (person: Person, home: string, ...words: readonly string[]): Promise<Json> => {
  const { out } = await person.type(['--home', home, '--json', ...words]);
  return new Json(JSON.parse(out));
};

describe('npm start', () => {
  test(
    'shows a real job firing and who owns; Ctrl-C leaves nothing behind; the next start goes on',
    { timeout: 90_000 },
    () =>
      walk(async (person) => {
        const copy = copyTree();
        const home = join(copy, '.demo');
        const { CRONKEEPER_HOME: _, ...without } = person.env;
        const env = {
          ...without,
          PATH: `${dirname(process.execPath)}:${person.env['PATH']}`,
          LC_START: copy,
        };
        const mark = `LC_START=${copy}`;
        const start = (): Terminal => openTerminal('npm start', { env, cwd: copy, columns: 100 });
        const fires = (terminal: Terminal): Promise<true> =>
          until(
            'the job fires',
            () =>
              /hello \|.*Hello from run [0-9A-Z]{26}, due at \d{4}-/.test(
                withoutColor(terminal.seen()),
              )
                ? true
                : undefined,
            25_000,
          ).catch((error: unknown) => {
            throw new Error(terminal.seen(), { cause: error });
          });
        const terminals: Terminal[] = [];
        try {
          terminals.push(start());
          const [first] = terminals;
          assert.ok(first !== undefined);
          await fires(first);
          const shown = withoutColor(first.seen());
          assert.match(shown, /A demonstration home: .*\.demo/);
          const [, pid = ''] =
            /This process runs the jobs of profile "default" \(pid (\d+), .*(service|proven|started by).*\)/s.exec(
              shown.replaceAll(/\r?\n\s*/g, ' '),
            ) ?? [];
          assert.ok(first.seen().includes(colour), 'a terminal shows colours');
          const [, link = ''] =
            /Dashboard: (http:\/\/127\.0\.0\.1:\d+\/#link=ck_\S+)/.exec(
              await until('it says where the dashboard is', () =>
                withoutColor(first.seen()).includes('/#link=')
                  ? withoutColor(first.seen())
                  : undefined,
              ),
            ) ?? [];
          assert.equal((await fetch(new URL(link).origin)).status, 401, link);
          const status = await asked(person, home, 'status');
          assert.equal(status.number('holder', 'pid'), Number(pid), shown);
          await ctrlCEnds(first, mark);
          assert.doesNotMatch(first.seen(), /dashboard has ended/, 'its own end is told as news');
          terminals.push(start());
          const [, second] = terminals;
          assert.ok(second !== undefined);
          await fires(second);
          const later = await asked(person, home, 'status');
          assert.equal(later.number('holder', 'epoch'), status.number('holder', 'epoch') + 1);
          const jobs = (await asked(person, home, 'list')).list('jobs');
          assert.deepEqual(
            jobs.map((job) => job.text('name')),
            ['hello'],
          );
          const times = (await asked(person, home, 'runs', '-n', '100'))
            .list('runs')
            .map((run) => run.at('fireTime').value);
          assert.equal(new Set(times).size, times.length);
          await ctrlCEnds(second, mark);
          assert.equal(
            (await asked(person, home, 'status')).at('readiness', 'willRun').value,
            false,
          );
        } finally {
          for (const terminal of terminals) terminal.close();
          for (const pid of await processesWith(mark)) kill(pid);
          rmSync(copy, { recursive: true, force: true, maxRetries: 3 });
        }
      }),
  );
});

describe('up', { concurrency: 2 }, () => {
  test('beside a runner it shows that owner and follows its runs, and takes over when the runner ends', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      await add(
        person,
        'every 1s',
        '--name',
        'beat',
        '--shell',
        'echo "attempt of $CRONKEEPER_EPOCH"',
      );
      const up = person.start(['up']);
      await until('it shows the owner', () =>
        new RegExp(`runner \\(pid ${runner.pid} .*stands by and follows`).test(up.output())
          ? true
          : undefined,
      );
      await until('it follows', () =>
        up.output().includes('beat | attempt of 1') ? true : undefined,
      );
      assert.ok(!up.output().includes(colour), 'no colours in a pipe');
      assert.equal(await runner.stop(), 0);
      await until(
        'it took over',
        () => (up.output().includes('beat | attempt of 2') ? true : undefined),
        20_000,
      );
      await until('it says so', () =>
        up.output().includes('✓ This process runs the jobs') ? true : undefined,
      );
      assert.equal(await up.stop(), 0);
    }));

  test('with nobody reading it any more it ends, and gives the lease back', () =>
    walk(async (person) => {
      const job = await add(person, 'every 1s', '--name', 'beat', '--', 'echo', 'beat');
      const terminal = openTerminal(`sh -c ${quoted(`${quoted(launcher)} up | head -n 2`)}`, {
        env: person.env,
        cwd: person.home,
      });
      await whenRuns(person, job, 'it ran', (runs) => runs.length > 0);
      await until(
        'nobody owns',
        async () =>
          (await person.ask(['status'])).answer.at('holder').value === null ? true : undefined,
        15_000,
      );
      await terminal.ended;
    }));
});

describe('a terminal', { concurrency: 2 }, () => {
  const inTerminal = async (
    person: Person,
    columns: number,
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const line = [launcher, ...words].map(quoted).join(' ');
    const terminal = openTerminal(line, {
      env: { ...person.env, ...env },
      cwd: person.home,
      columns,
    });
    await terminal.ended;
    return terminal.seen();
  };

  test('colours are shown only there, and not against NO_COLOR', () =>
    walk(async (person) => {
      assert.ok((await inTerminal(person, 80, ['status'])).includes(colour));
      assert.ok(!(await inTerminal(person, 80, ['status'], { NO_COLOR: '1' })).includes(colour));
      const piped = await person.type(['status']);
      assert.ok(!piped.out.includes(colour) && !piped.err.includes(colour));
    }));

  test('no line is wider than the terminal', () =>
    walk(async (person) => {
      for (const name of [
        'a',
        'x'.repeat(150),
        'wide 日本語のとても長い名前のジョブです'.repeat(3),
      ])
        await add(person, 'every weekday at 9am', '--name', name, '--', 'echo', 'y'.repeat(200));
      const width = (line: string): number =>
        [...line].reduce(
          (sum, character) => sum + (/[\u3000-\u9fff\uff00-\uffef]/.test(character) ? 2 : 1),
          0,
        );
      for (const columns of [50, 80, 120]) {
        for (const words of [['list'], ['status'], ['runs'], ['owner', 'show'], ['doctor']]) {
          const seen = withoutColor(await inTerminal(person, columns, words));
          // The one warning is one line everywhere, because it holds a command to copy.
          for (const line of seen.split(/\r?\n/).filter((one) => !one.startsWith('⚠')))
            assert.ok(width(line) <= columns, `${words} at ${columns}: ${line}`);
        }
      }
    }));
});
