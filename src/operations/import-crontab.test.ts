import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, type World } from '../../test/operations/world.ts';
import { Refusal } from '../core/refusal.ts';
import { parseCrontab } from './crontab.ts';
import { importCrontab } from './import-crontab.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList } from './jobs-list.ts';
import type { OperationContext } from './operation.ts';

const crontab = `# mail
MAILTO=me@example.org
PATH = "/usr/local/bin:/usr/bin"
CRON_TZ=America/New_York
0 9 * * 1-5  /usr/bin/report --all >> log 2>&1
@daily backup
@reboot serve
*/5 * * * * mail -s "100\\%" me%Dear me,%it's done
nonsense
0 9 * * 1-5  /usr/bin/report --all >> log 2>&1
`;

test('lines become jobs with their zone and the variables above them; the rest is told with its line', async () => {
  const world = await openWorld();
  const answer = await world.ask(importCrontab, { text: crontab });
  assert.equal(answer.counts.create, 4);
  assert.deepEqual(
    answer.skipped.map(({ line }) => line),
    [7, 9],
  );
  const { jobs } = await world.ask(jobsList, {});
  const report = jobs.find(({ name }) => name === 'report --all >> log 2>&1');
  assert.deepEqual(report?.command, ['/usr/bin/report --all >> log 2>&1']);
  assert.equal(report?.schedule.zone, 'America/New_York');
  assert.deepEqual(report?.env, ['PATH']);
  assert.ok(jobs.some(({ name }) => name === 'report --all >> log 2>&1 (2)'));
});

test('an import again changes nothing, and never touches a job that was changed since', async () => {
  const world = await openWorld();
  await world.ask(importCrontab, { text: crontab });
  const again = await world.ask(importCrontab, { text: crontab });
  assert.deepEqual(again.counts, { create: 0, change: 0, unchanged: 4, remove: 0 });
  await world.ask(jobsEdit, { job: 'backup', timeout: '5m' });
  const third = await world.ask(importCrontab, { text: crontab });
  assert.equal(third.counts.change, 0);
  assert.match(
    third.skipped.map(({ reason }) => reason).join(),
    /not as the line says; it was left as it is/,
  );
  const held = await world.ask(importCrontab, { text: crontab, hold: 'x', plan: true });
  const reasons = held.skipped.map(({ reason }) => reason).join();
  assert.match(reasons, /Take the line out \(crontab -e\), or remove the job: cronkeeper remove /);
});

const schedulesIn = async (world: Awaited<ReturnType<typeof openWorld>>) =>
  Object.fromEntries(
    (await world.ask(jobsList, {})).jobs.map(({ name, schedule }) => [name, schedule.canonical]),
  );

test('a line is the job of its schedule and command, wherever it stands among lines of that command', async () => {
  const world = await openWorld();
  await world.ask(importCrontab, { text: '0 9 * * * report\n0 18 * * * report\n' });
  const text = '0 7 * * * report\n0 18 * * * report\n0 9 * * * report\n';
  const again = await world.ask(importCrontab, { text });
  assert.deepEqual(again.counts, { create: 1, change: 0, unchanged: 2, remove: 0 });
  assert.deepEqual(
    again.taken.map(({ line, name }) => [line, name]),
    [
      [1, 'report (3)'],
      [2, 'report (2)'],
      [3, 'report'],
    ],
  );
  assert.deepEqual(await schedulesIn(world), {
    report: '0 9 * * * Europe/Berlin',
    'report (2)': '0 18 * * * Europe/Berlin',
    'report (3)': '0 7 * * * Europe/Berlin',
  });
});

test('a line whose job may be one of which the schedule was edited becomes no second job', async () => {
  const world = await openWorld();
  await world.ask(importCrontab, { text: '0 9 * * * report\n' });
  await world.ask(jobsEdit, { job: 'report', when: '0 10 * * *' });
  const { skipped } = await world.ask(importCrontab, { text: '0 9 * * * report\n* * * * * x\n' });
  assert.match(skipped[0]?.reason ?? '', /left as it is\. Give it another name/);
  assert.deepEqual(Object.keys(await schedulesIn(world)).sort(), ['report', 'x']);
  const [, ...typed] = / edit (\S+) --name (NAME)/.exec(skipped[0]?.reason ?? '') ?? [];
  await world.ask(jobsEdit, { job: typed[0] ?? '', name: 'other' });
  const third = await world.ask(importCrontab, { text: '0 9 * * * report\n' });
  assert.equal(third.counts.create, 1);
});

test('a job by the first number that is free', async () => {
  const world = await openWorld();
  await world.ask(importCrontab, { text: '0 1 * * * report\n0 2 * * * report (2)\n' });
  await world.ask(importCrontab, {
    text: '0 1 * * * report\n0 2 * * * report (2)\n0 3 * * * report\n',
  });
  assert.deepEqual(await schedulesIn(world), {
    report: '0 1 * * * Europe/Berlin',
    'report (2)': '0 2 * * * Europe/Berlin',
    'report (3)': '0 3 * * * Europe/Berlin',
  });
});

/** A world in which this happens after the first who imports has planned and before it writes. */
async function interrupted(meanwhile: (world: World) => Promise<unknown>): Promise<World> {
  const world = await openWorld();
  const { jobs } = world.store;
  let isFirst = true;
  const apply: typeof jobs.apply = async (...writes) => {
    if (isFirst) {
      isFirst = false;
      await meanwhile(world);
    }
    return jobs.apply(...writes);
  };
  Object.assign(world.store, { jobs: { ...jobs, apply } });
  return world;
}

test('two who import a crontab at once make each job once, and both name the jobs that there are', async () => {
  let others: readonly string[] = [];
  const world = await interrupted(async ({ ask }) => {
    others = (await ask(importCrontab, { text: crontab })).taken.map(({ id }) => id);
  });
  const { counts, taken } = await world.ask(importCrontab, { text: crontab });
  assert.deepEqual(counts, { create: 0, change: 0, unchanged: 4, remove: 0 });
  assert.deepEqual(
    taken.map(({ id }) => id),
    others,
  );
});

test('a job that somebody makes while a crontab is imported is left as it is', async () => {
  const world = await interrupted(({ ask }) =>
    ask(jobsAdd, { name: 'backup', when: 'every 1h', command: ['x'] }),
  );
  const asked = world.ask(importCrontab, { text: crontab });
  await assert.rejects(asked, { code: 'job_changed', message: /another job named "backup"/ });
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ command }) => command),
    [['x']],
  );
  assert.equal((await world.ask(importCrontab, { text: crontab })).counts.create, 3);
});

test('a plan of an import writes nothing', async () => {
  const world = await openWorld();
  await world.ask(importCrontab, { text: crontab, plan: true });
  assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
});

const scripts = [
  { command: 'echo a', script: 'echo a' },
  { command: 'date +\\%F', script: 'date +%F' },
  { command: "cat%it's%so", script: "printf '%s' 'it'\\''s\nso\n' | { cat\n}" },
  { command: 'cat%', script: "printf '%s' '\n' | { cat\n}" },
];
for (const { command, script } of scripts) {
  test(`the crontab command ${command} reaches the shell as cron would give it`, () => {
    assert.equal(parseCrontab(`* * * * * ${command}`, false).lines[0]?.script, script);
  });
}

const ticks = [
  'cronkeeper tick',
  'cronkeeper tick; curl -fsS https://example.org/ping',
  'cronkeeper tick&& touch /tmp/ticked',
  'cronkeeper tick>/dev/null 2>&1',
  'cronkeeper tick|logger',
  'cd /srv;cronkeeper tick',
  '(cronkeeper -p la tick)',
  "sh -c 'cronkeeper tick'",
  'npx cronkeeper@1 tick',
  'npx --yes cronkeeper@1.2.0 -p la "tick"',
  '/usr/bin/node "/opt/dist/cronkeeper.js" tick -p default',
];
for (const command of ticks) {
  test(`cron goes on letting cronkeeper tick by ${command}`, () => {
    const { lines, skipped } = parseCrontab(`* * * * * ${command}`, false);
    assert.deepEqual(lines, []);
    assert.match(skipped[0]?.reason ?? '', /cron goes on doing that/);
  });
}

for (const command of ['cronkeeper tick-tock', 'clock; tick', 'mycronkeeper tick', 'tick'])
  test(`${command} is a command like any other`, () => {
    assert.equal(parseCrontab(`* * * * * ${command}`, false).lines.length, 1);
  });

test('a system crontab names a user in each line, which is told', async () => {
  const world = await openWorld();
  const text = 'SHELL=/bin/bash\n17 * * * * root cd / && run-parts /etc/cron.hourly\n';
  const answer = await world.ask(importCrontab, { text, userColumn: true });
  assert.deepEqual(
    answer.warnings.map(({ code }) => code),
    ['capability_missing'],
  );
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(jobs[0]?.command, ['/bin/bash', '-c', 'cd / && run-parts /etc/cron.hourly']);
});

test('a schedule that cron takes and we do not is skipped with its reason', async () => {
  const world = await openWorld();
  const answer = await world.ask(importCrontab, { text: '* * * * * y\n61 * * * * x\n' });
  assert.equal(answer.counts.create, 1);
  assert.equal(answer.skipped[0]?.line, 2);
});

test('a job runs in the folder where cron would start its line, wherever the import is typed', async () => {
  const world = await openWorld();
  const text = '0 3 * * * ./backup.sh >> log\nHOME=/srv/data\n0 4 * * * ./other.sh\n';
  await world.ask(importCrontab, { text });
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ cwd, env }) => [cwd, env]),
    [
      ['/home/anna', []],
      ['/srv/data', ['HOME']],
    ],
  );
});

test('a run of a line may last as long as any run may, for cron ends none', async () => {
  const world = await openWorld();
  await world.ask(importCrontab, { text: '0 3 * * * backup\n' });
  assert.equal((await world.ask(jobsList, {})).jobs[0]?.timeoutMs, 20 * 86_400_000);
});

test('a line is read in the zone of the machine, whatever zone the asker has, and that is told', async () => {
  const world = await openWorld();
  const text = '0 3 * * * backup\nCRON_TZ=Asia/Tokyo\n0 4 * * * tidy\n';
  const context = { ...world.context, cronZone: 'UTC' };
  const ask = (asked: OperationContext) =>
    importCrontab.handle(asked, importCrontab.input.parse({ text }));
  const { warnings } = await ask(context);
  assert.deepEqual(await schedulesIn(world), {
    backup: '0 3 * * * UTC',
    tidy: '0 4 * * * Asia/Tokyo',
  });
  assert.match(warnings[0]?.message ?? '', /times in UTC, .* your own zone is Europe\/Berlin/);
  const again = await ask({ ...context, zone: 'UTC' });
  assert.deepEqual([again.counts.unchanged, again.warnings], [2, []]);
  const unnamed = { ...(await openWorld()).context, cronZone: null };
  assert.deepEqual((await ask(unnamed)).warnings, []);
  assert.equal((await unnamed.store.jobs.list('default', { after: null, limit: 9 })).length, 2);
});

test('the same command at the same time in two zones is two jobs, whichever came first', async () => {
  const world = await openWorld();
  const lines = 'CRON_TZ=Europe/Berlin\n0 9 * * * report\nCRON_TZ=Asia/Tokyo\n0 9 * * * report\n';
  await world.ask(importCrontab, { text: lines, lines: [2] });
  const second = await world.ask(importCrontab, { text: lines });
  assert.deepEqual([second.counts.create, second.skipped], [1, []]);
  assert.deepEqual(await schedulesIn(world), {
    report: '0 9 * * * Europe/Berlin',
    'report (2)': '0 9 * * * Asia/Tokyo',
  });
});

test('a line that cron cannot start, for its HOME is no absolute path, becomes no job', async () => {
  const world = await openWorld();
  const text = '0 3 * * * x\nHOME=data\n0 4 * * * ./other.sh\n';
  const { skipped, taken } = await world.ask(importCrontab, { text });
  assert.deepEqual(
    taken.map(({ line }) => line),
    [1],
  );
  assert.match(skipped[0]?.reason ?? '', /HOME=data/);
});

test('the folder of a user without an entry is that of everybody', async () => {
  const world = await openWorld();
  const context = { ...world.context, userFolder: null };
  await importCrontab.handle(context, importCrontab.input.parse({ text: '0 3 * * * x\n' }));
  assert.equal((await world.ask(jobsList, {})).jobs[0]?.cwd, '/');
});

test('the next step names the lines that became jobs, not those that did not', async () => {
  const world = await openWorld();
  const { remedy } = await world.ask(importCrontab, { text: crontab });
  assert.match(remedy?.text ?? '', /what became a job \(lines 5, 6, 8, 10\)/);
  const many = `${'* * * * * x\n'.repeat(15)}@reboot y\n`;
  const more = await (await openWorld()).ask(importCrontab, { text: many });
  assert.match(more.remedy?.text ?? '', /\(lines 1, 2, .*, 12 and 3 more\)/);
  const one = await (await openWorld()).ask(importCrontab, { text: '* * * * * x\n' });
  assert.match(one.remedy?.text ?? '', /\(line 1\)/);
  const plan = await world.ask(importCrontab, { text: many, plan: true });
  assert.equal(plan.remedy, null);
});

test('what cron mailed is told to be in the inbox now, with how to have it sent', async () => {
  const world = await openWorld();
  const { warnings } = await world.ask(importCrontab, { text: crontab });
  assert.match(warnings[0]?.message ?? '', /MAILTO.*inbox/);
  assert.match(warnings[0]?.remedy?.text ?? '', /edit JOB --deliver inbox --deliver 'command:mail/);
  for (const text of ['MAILTO=""\n* * * * * x\n', '* * * * * x\nMAILTO=me\n'])
    assert.deepEqual((await world.ask(importCrontab, { text, plan: true })).warnings, []);
});

const empty = [
  { name: 'nothing', text: '', lines: undefined, message: /No line of it can become a job\.$/ },
  {
    name: 'no text',
    text: '* * * * * a\0\n* * * * * b\n',
    lines: undefined,
    message: /no text\.$/,
  },
  {
    name: 'prose',
    text: 'To be or not to be, that is\n',
    lines: undefined,
    message: /line 1: job "/,
  },
  {
    name: 'no job',
    text: '# x\nMAILTO=me\n@reboot serve\n',
    lines: undefined,
    message: /line 3: /,
  },
  {
    name: 'much of no job',
    text: 'x\n'.repeat(20),
    lines: undefined,
    message: /the first 12 of 20 lines/,
  },
  {
    name: 'other lines',
    text: '* * * * * x\n',
    lines: [99],
    message: /line 99: It starts nothing/,
  },
];
for (const { name, text, lines, message } of empty) {
  test(`an import of ${name} is refused with a next step, and makes nothing`, async () => {
    const world = await openWorld();
    for (const plan of [true, false])
      await assert.rejects(world.ask(importCrontab, { text, plan, lines }), (error: unknown) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, message);
        assert.match(error.remedy?.text ?? '', /crontab -l \| cronkeeper import crontab -/);
        return error.kind === 'usage';
      });
    assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
  });
}

const columns = [
  {
    name: 'a system crontab read as one of a user',
    text: '17 * * * * root cd / && run-parts x\n25 6 * * * www-data tidy\n0 1 * * * anna x\n',
    userColumn: false,
    warning: /begin with the name of a user/,
    remedy: /with --user-column/,
  },
  {
    name: 'a crontab of a user read as one of the system',
    text: '0 3 * * * /usr/bin/backup --all\n0 4 * * * ./tidy now\n0 5 * * * echo x\n',
    userColumn: true,
    warning: /name no user before their command/,
    remedy: /without --user-column/,
  },
];
for (const { name, text, userColumn, warning, remedy } of columns) {
  test(`${name} is told with the option`, async () => {
    const world = await openWorld();
    const { warnings } = await world.ask(importCrontab, { text, userColumn, plan: true });
    assert.match(warnings[0]?.message ?? '', warning);
    assert.match(warnings[0]?.remedy?.text ?? '', remedy);
    assert.equal(warnings.length, 1);
  });
}

test('few lines that begin as a user is called are commands', async () => {
  const world = await openWorld();
  const text = '* * * * * root -q\n* * * * * backup\n';
  assert.deepEqual((await world.ask(importCrontab, { text, plan: true })).warnings, []);
});
