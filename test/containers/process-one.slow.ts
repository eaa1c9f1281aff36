import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Json, launcher, Person, until } from '../journeys/program.ts';
import { PidNamespace, whyNot } from './pid-namespace.ts';

const skip = whyNot();
const orphans = 20;

/** Processes whose parent ends before them; process 1 inherits them. They end at once. */
const orphan = ['sh', '-c', `for one in $(seq ${orphans}); do (sleep 0.02 &); done`];

async function inNamespace(
  command: readonly string[],
  work: (space: PidNamespace, person: Person) => Promise<void>,
  input: string | null = null,
): Promise<void> {
  const person = new Person();
  const space = await PidNamespace.begin(command, person.env, input);
  try {
    await work(space, person);
  } finally {
    await space.leave();
    await person.leave();
  }
}

const whenHealthy = (space: PidNamespace, person: Person): Promise<true> =>
  until(
    'the health check is green',
    () => (space.inside([launcher, 'healthcheck'], person.env).status === 0 ? true : undefined),
    20_000,
  );

/** As in images made of busybox: a shell by its name. */
const links = mkdtempSync(join(tmpdir(), 'ck-busybox-'));
symlinkSync('/bin/busybox', join(links, 'sh'));
after(() => rmSync(links, { recursive: true }));

const shells = [
  { name: 'the shell of this system', words: [], path: '/bin/sh', signal: 'SIGTERM' },
  { name: 'bash', words: ['bash'], path: '/bin/bash', signal: 'SIGINT' },
  { name: 'busybox', words: [`${links}/sh`], path: '/bin/busybox', signal: 'SIGHUP' },
] as const;
for (const { name, words, path, signal } of shells) {
  const without = existsSync(path) ? skip : `needs ${path}`;
  test(
    `as process 1 under ${name} the launcher leaves no remains and forwards signals`,
    { skip: without },
    () =>
      inNamespace([...words, launcher, 'runner'], async (space, person) => {
        await whenHealthy(space, person);
        assert.notEqual(space.child(), undefined, 'the scheduler is a child of process 1');
        for (let round = 0; round < 2; round += 1) assert.equal(space.inside(orphan).status, 0);
        await until('their remains are collected', () =>
          space.remains() === 0 ? true : undefined,
        );
        const { status, stdout } = space.inside([launcher, 'status', '--json'], person.env);
        assert.equal(status, 0);
        const answer = new Json(JSON.parse(stdout));
        assert.equal(answer.text('holder', 'provenance', 'level'), 'corroborated');
        assert.match(
          answer
            .at('holder', 'provenance', 'facts')
            .list()
            .map((one) => one.value)
            .join(),
          /pid namespace of its own.*No service manager/,
        );
        space.signal(signal);
        assert.equal(await space.ended, 0, space.output());
        assert.match(space.output(), /released why="it was stopped"/);
      }),
  );
}

test('the commands of the documented image run as process 1', { skip }, () => {
  const recipe = readFileSync(new URL('../../docs/CONTAINERS.md', import.meta.url), 'utf8');
  const wordsOf = (instruction: RegExp): readonly string[] => {
    const words: unknown = JSON.parse(instruction.exec(recipe)?.[1] ?? 'null');
    assert.ok(Array.isArray(words) && words.length > 0, `${instruction} is in the recipe`);
    return words.map((word) => String(word).replace('/opt/cronkeeper/bin/cronkeeper', launcher));
  };
  const entry = [...wordsOf(/^ENTRYPOINT (.+)$/m), ...wordsOf(/^CMD (.+)$/m)];
  const health = wordsOf(/^HEALTHCHECK .*CMD (.+)$/m);
  assert.equal(entry[0], launcher);
  return inNamespace(entry, async (space, person) => {
    await until(
      'it is healthy',
      () => (space.inside(health, person.env).status === 0 ? true : undefined),
      20_000,
    );
    const child = space.child();
    assert.notEqual(child, undefined);
    // The scheduler hangs: its process is there, and nothing will run.
    if (child !== undefined) space.signal('SIGSTOP', child);
    const ill = space.inside(health, person.env);
    assert.equal(ill.status, 1);
    assert.match(ill.stdout, /^✗ Jobs will NOT run\. .*does not answer.*\n$/);
    if (child !== undefined) space.signal('SIGCONT', child);
  });
});

test('Node alone as process 1 leaves every remain, which is why the launcher stays', { skip }, () =>
  inNamespace(
    [process.execPath, launcher.replace(/bin.cronkeeper$/, 'dist/cronkeeper.js'), 'runner'],
    async (space, person) => {
      await whenHealthy(space, person);
      assert.equal(space.inside(orphan).status, 0);
      await until('the remains of all', () => (space.remains() >= orphans ? true : undefined));
      const { stdout } = space.inside([launcher, 'status', '--json'], person.env);
      assert.equal(
        new Json(JSON.parse(stdout)).text('holder', 'provenance', 'level'),
        'corroborated',
      );
    },
  ),
);

test('a scheduler that is killed ends the container with the code of that', { skip }, () =>
  inNamespace([launcher, 'runner'], async (space, person) => {
    await whenHealthy(space, person);
    const child = space.child();
    assert.notEqual(child, undefined);
    if (child !== undefined) space.signal('SIGKILL', child);
    assert.equal(await space.ended, 128 + 9);
  }),
);

test('as process 1 arguments, standard input and exit codes are those of the command', {
  skip,
}, async () => {
  await inNamespace([launcher, 'lst'], async (space) => assert.equal(await space.ended, 2));
  const file =
    'version: 1\njobs:\n  - name: from-stdin\n    when: every 1d\n    command: ["true"]\n';
  await inNamespace(
    [launcher, 'apply', '--plan', '-'],
    async (space) => {
      assert.equal(await space.ended, 0, space.output());
      assert.match(space.output(), /create from-stdin/);
    },
    file,
  );
});

test('a job does not inherit that the shell of process 1 ignores interrupts', { skip }, () =>
  inNamespace([launcher, 'runner'], async (space, person) => {
    await whenHealthy(space, person);
    const job = ['in 1s', '--name', 'mask', '--', 'grep', 'SigIgn', '/proc/self/status'];
    assert.equal(space.inside([launcher, 'add', ...job], person.env).status, 0);
    const mask = await until('it has run', () => {
      const { stdout } = space.inside([launcher, 'logs', 'mask'], person.env);
      return /SigIgn:\s*([0-9a-f]{16})/.exec(stdout)?.[1];
    });
    const interrupts = 2n | 4n;
    assert.equal(BigInt(`0x${mask}`) & interrupts, 0n, mask);
  }),
);

test('one who was started by hand beside the main process is known for it', { skip }, () =>
  inNamespace([launcher, 'runner'], async (space, person) => {
    await whenHealthy(space, person);
    const rule = ['owner', 'appoint', 'role', 'runner', '--level', 'corroborated'];
    assert.equal(space.inside([launcher, ...rule], person.env).status, 0);
    const second = space.start([launcher, 'runner'], person.env);
    const told = await until('both are seen', () => {
      const { stdout } = space.inside([launcher, 'status', '--json'], person.env);
      const instances = new Json(JSON.parse(stdout)).list('instances');
      return instances.length === 2 ? instances : undefined;
    });
    assert.deepEqual(
      told.map((one) => [one.text('provenance', 'level'), one.text('standing')]),
      [
        ['corroborated', 'holder'],
        ['unknown', 'ineligible'],
      ],
    );
    second.kill('SIGKILL');
  }),
);

test('a container that is stopped ends its runs, and records that it did', { skip }, () =>
  inNamespace([launcher, 'runner'], async (space, person) => {
    await whenHealthy(space, person);
    const job = ['in 1s', '--name', 'long', '--', 'sleep', '600'];
    assert.equal(space.inside([launcher, 'add', ...job], person.env).status, 0);
    const runOf = (text: string): Json | undefined => new Json(JSON.parse(text)).list('runs')[0];
    await until('it runs', () => {
      const { stdout } = space.inside([launcher, 'runs', 'long', '--json'], person.env);
      return runOf(stdout)?.text('state') === 'running' ? true : undefined;
    });
    space.signal('SIGTERM');
    assert.equal(await space.ended, 0, space.output());
    const run = runOf((await person.type(['runs', 'long', '--json'])).out);
    assert.deepEqual([run?.text('outcome'), run?.text('reason')], ['cancelled', 'service_stopped']);
  }),
);

test('after a container was killed the next one goes on, and says that the end of the run is unknown', {
  skip,
}, async () => {
  const person = new Person();
  writeFileSync(person.file('config.yaml'), 'leaseTtl: 1s\n', { mode: 0o600 });
  const spaces: PidNamespace[] = [];
  const begin = async (): Promise<PidNamespace> => {
    const space = await PidNamespace.begin([launcher, 'runner'], person.env);
    spaces.push(space);
    return space;
  };
  try {
    const first = await begin();
    await whenHealthy(first, person);
    const added = first.inside(
      [launcher, 'add', 'in 1s', '--name', 'long', '--', 'sleep', '600'],
      person.env,
    );
    assert.equal(added.status, 0, added.stderr);
    const outcome = (space: PidNamespace): Json =>
      new Json(JSON.parse(space.inside([launcher, 'runs', 'long', '--json'], person.env).stdout));
    await until('it runs', () =>
      outcome(first).list('runs')[0]?.text('state') === 'running' ? true : undefined,
    );
    await first.leave();
    const second = await begin();
    await whenHealthy(second, person);
    await until('its end is told', () =>
      outcome(second).list('runs')[0]?.at('outcome').value === 'unknown' ? true : undefined,
    );
    assert.equal(outcome(second).list('runs').length, 1);
  } finally {
    for (const space of spaces) await space.leave();
    await person.leave();
  }
});
