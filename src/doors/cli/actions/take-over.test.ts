import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCliWorld as openWithoutOwner } from '../../../../test/doors/cli-host.ts';
import { withHolder } from '../../../../test/operations/world.ts';

const tab = `# my jobs
MAILTO=ana@example.org
*/5 * * * * /usr/bin/sync-mail
@reboot serve
0 9 * * 1-5 /usr/bin/report "a b"
`;

/** A crontab in memory that can fail, and tells what was written into it. */
function crontabOf(text: string | null) {
  const written: string[] = [];
  const tell = { text, written, fails: false };
  return {
    tell,
    crontab: {
      read: async () => tell.text,
      write: async (next: string) => {
        if (tell.fails) throw new Error('no space left');
        tell.text = next;
        written.push(next);
      },
    },
  };
}

/** Somebody is there who runs what is taken over. */
async function openCliWorld() {
  const opened = await openWithoutOwner();
  await withHolder(opened.world);
  return opened;
}

const line = ['--json', 'import', 'crontab', '--take-over'];

test('lines become jobs, and cron lets go of them and of nothing else', async () => {
  const { run, world } = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  const { exitCode, out } = await run(line, { crontab });
  assert.equal(exitCode, 0);
  const answer = JSON.parse(out);
  assert.deepEqual(
    answer.taken.map((taken: { line: number }) => taken.line),
    [3, 5],
  );
  assert.equal(answer.resumed, 2);
  const lines = tell.text?.split('\n') ?? [];
  assert.equal(lines[0], '# my jobs');
  assert.equal(lines[3], '@reboot serve');
  assert.match(lines[2] ?? '', /^# cronkeeper runs this as "sync-mail": \*\/5 /);
  assert.match(lines[4] ?? '', /^# .*: 0 9 \* \* 1-5 \/usr\/bin\/report "a b"$/);
  const jobs = await world.context.store.jobs.list('default', { after: null, limit: 10 });
  assert.deepEqual(
    jobs.map(({ state, pausedReason }) => [state, pausedReason]),
    [
      ['enabled', null],
      ['enabled', null],
    ],
  );
});

test('until cron let go of a line its job is paused; the same command completes what was interrupted', async () => {
  const { run, world } = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  tell.fails = true;
  assert.equal((await run(line, { crontab })).exitCode, 1);
  const held = await world.context.store.jobs.list('default', { after: null, limit: 10 });
  assert.deepEqual(
    held.map(({ state }) => state),
    ['paused', 'paused'],
  );
  tell.fails = false;
  assert.equal(JSON.parse((await run([...line, '--plan'], { crontab })).out).waiting, 2);
  assert.equal(JSON.parse((await run(line, { crontab })).out).resumed, 2);
  assert.equal(JSON.parse((await run([...line, '--plan'], { crontab })).out).waiting, 0);
  assert.equal(tell.written.length, 1);
  const again = JSON.parse((await run(line, { crontab })).out);
  assert.deepEqual([again.taken, again.resumed, tell.written.length], [[], 0, 1]);
});

test('jobs that wait for their line are resumed although the crontab has let go of it already', async () => {
  const { run, world } = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  tell.fails = true;
  await run(line, { crontab });
  tell.text = '';
  tell.fails = false;
  assert.equal(JSON.parse((await run(line, { crontab })).out).resumed, 2);
  assert.equal((await world.context.store.jobs.counts('default')).paused, 0);
});

test('a crontab that somebody changes meanwhile is left alone, and nothing runs twice', async () => {
  const { run, world } = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  let reads = 0;
  const changing = {
    ...crontab,
    read: async () => {
      reads += 1;
      return reads === 2 ? `${tab}# mine\n` : tell.text;
    },
  };
  const { exitCode, err, out } = await run(line, { crontab: changing });
  assert.equal(exitCode, 1, err + out);
  assert.deepEqual(tell.written, []);
  assert.equal((await world.context.store.jobs.counts('default')).enabled, 0);
});

test('only the lines that are named are taken; one that starts nothing is told', async () => {
  const { run } = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  const { out } = await run([...line, '--line', '5', '--line', '1', '--line', '4'], { crontab });
  const answer = JSON.parse(out);
  assert.deepEqual(
    answer.skipped.map((skipped: { line: number }) => skipped.line),
    [1, 4],
  );
  assert.match(tell.text ?? '', /\n\*\/5 [\s\S]*\n# cronkeeper runs this as/);
  assert.equal((await run([...line, '--line', 'x'], { crontab })).exitCode, 2);
});

const long = `/srv/bin/with-a-long-name ${'x'.repeat(60)}`;
const alike = [
  { name: 'the same command at two times', text: '0 9 * * * report\n0 18 * * * report\n' },
  { name: 'a name that is cut', text: `0 9 * * * ${long} one\n0 18 * * * ${long} two\n` },
];
for (const { name, text } of alike) {
  test(`lines that would be called the same, by ${name}, can be taken one after the other`, async () => {
    const { run, world } = await openCliWorld();
    const { tell, crontab } = crontabOf(text);
    for (const number of ['1', '2']) {
      const { exitCode, err } = await run([...line, '--line', number], { crontab });
      assert.equal(exitCode, 0, err);
    }
    assert.match(
      tell.text ?? '',
      /^# cronkeeper runs.*": 0 9 .*\n# cronkeeper runs.* \(2\)": 0 18 /,
    );
    assert.equal((await world.context.store.jobs.counts('default')).enabled, 2);
    assert.deepEqual(JSON.parse((await run(line, { crontab })).out).taken, []);
  });
}

test('when none of the lines that are named can be taken, that is a mistake', async () => {
  const { run } = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  const { exitCode, err } = await run([...line.slice(1), '--line', '4', '--line', '99'], {
    crontab,
  });
  assert.equal(exitCode, 2);
  assert.match(err, /line 4: Starting at boot[\s\S]*line 99: It starts nothing/);
  assert.deepEqual(tell.written, []);
});

test('without a crontab to read, the ways to name one are told', async () => {
  const { run } = await openCliWorld();
  const { exitCode, err } = await run(['import', 'crontab']);
  assert.equal(exitCode, 2);
  assert.match(err, /^ +cronkeeper import crontab --take-over$/m);
  assert.match(err, /^ +crontab -l \| cronkeeper import crontab -$/m);
});

test('a job that a person paused stays paused', async () => {
  const { run, world } = await openCliWorld();
  const { crontab } = crontabOf(tab);
  await run(['add', 'every 1h', '--name', 'mine', '--paused', '--', 'true']);
  await run(line, { crontab });
  assert.equal((await world.context.store.jobs.counts('default')).paused, 1);
});

test('without a crontab there is nothing to take over; with a file beside it the answer is no', async () => {
  const { run } = await openCliWorld();
  const nothing = await run(['import', 'crontab', '--take-over'], crontabOf(null));
  assert.match(nothing.out, /nothing to take over/);
  assert.equal((await run(['import', 'crontab', 'x', '--take-over'])).exitCode, 2);
});

test('where nothing would run the jobs cron keeps its lines, and the answer says what to start', async () => {
  const { run, world } = await openWithoutOwner();
  const { tell, crontab } = crontabOf(tab);
  const { exitCode, err } = await run(line.slice(1), { crontab });
  assert.equal(exitCode, 4);
  assert.match(err, /crontab was left as it is/);
  assert.match(err, /cronkeeper setup/);
  assert.deepEqual(tell.written, []);
  assert.equal((await world.context.store.jobs.counts('default')).paused, 0);
  assert.equal((await run([...line, '--plan'], { crontab })).exitCode, 0);
});

test('who goes away while the crontab may not be changed yet leaves the lines with cron', async () => {
  const { run, world } = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  world.meanwhile = async () => {
    world.dead.add(812);
    world.answers.clear();
  };
  const { exitCode, out } = await run(line, { crontab });
  assert.equal(exitCode, 4, out);
  assert.deepEqual(tell.written, []);
  assert.equal((await world.context.store.jobs.counts('default')).enabled, 0);
});

test('the line by which cron lets cronkeeper tick stays with cron', async () => {
  const { run } = await openCliWorld();
  const tick = '* * * * * /usr/bin/node /opt/dist/cronkeeper.js tick -p default --home /srv';
  const { tell, crontab } = crontabOf(`${tick}\n* * * * * cronkeeper tick\n${tab}`);
  assert.equal((await run(line, { crontab })).exitCode, 0);
  assert.deepEqual(tell.text?.split('\n').slice(0, 2), [tick, '* * * * * cronkeeper tick']);
});

/** A take-over of `tab` that cannot write the crontab: both jobs wait. */
async function interrupted() {
  const opened = await openCliWorld();
  const { tell, crontab } = crontabOf(tab);
  tell.fails = true;
  await opened.run(line, { crontab });
  tell.fails = false;
  const states = async (): Promise<Readonly<Record<string, string>>> => {
    const jobs = await opened.world.context.store.jobs.list('default', { after: null, limit: 10 });
    return Object.fromEntries(jobs.map(({ state, definition }) => [definition.name, state]));
  };
  return { ...opened, tell, crontab, states };
}

const [report, mail] = ['report "a b"', 'sync-mail'];
const unlike = [
  {
    name: 'another schedule',
    text: tab.replace('*/5', '*/7'),
    more: [],
    cronHas: /^\*\/7 \* \* \* \* \/usr\/bin\/sync-mail$/m,
    resumed: 1,
    states: { [mail]: 'paused', [report]: 'enabled' },
  },
  {
    name: 'another command',
    text: tab.replace('sync-mail', 'sync-mail --all'),
    more: [],
    cronHas: /^# cronkeeper runs this as "sync-mail --all"/m,
    resumed: 2,
    states: { [mail]: 'paused', [report]: 'enabled', 'sync-mail --all': 'enabled' },
  },
  {
    name: 'another command, and it is not among those that are taken',
    text: tab.replace('sync-mail', 'sync-mail --all'),
    more: ['--line', '5'],
    cronHas: /^\*\/5 \* \* \* \* \/usr\/bin\/sync-mail --all$/m,
    resumed: 1,
    states: { [mail]: 'paused', [report]: 'enabled' },
  },
  {
    name: 'nothing new, and it is not among those that are taken',
    text: tab,
    more: ['--line', '5'],
    cronHas: /^\*\/5 \* \* \* \* \/usr\/bin\/sync-mail$/m,
    resumed: 1,
    states: { [mail]: 'paused', [report]: 'enabled' },
  },
];
for (const { name, text, more, cronHas, resumed, states: expected } of unlike) {
  test(`a line is never run by both: its job waits on when it was changed to ${name}`, async () => {
    const { run, tell, crontab, states } = await interrupted();
    tell.text = text;
    const { exitCode, out, err } = await run([...line, ...more], { crontab });
    assert.equal(exitCode, 0, err);
    assert.equal(JSON.parse(out).resumed, resumed);
    assert.deepEqual(await states(), expected);
    assert.match(tell.text ?? '', cronHas);
    const told = JSON.parse(out).warnings.find(
      ({ code }: { code: string }) => code === 'job_paused',
    );
    assert.match(told.message, /"sync-mail"\.$/);
    await run(line, { crontab });
    assert.equal((await states())[mail], text === tab ? 'enabled' : 'paused');
  });
}

test('nothing begins when none of the lines that are named can be taken', async () => {
  const { run, crontab, states } = await interrupted();
  assert.equal((await run([...line, '--line', '4'], { crontab })).exitCode, 2);
  assert.deepEqual(await states(), { [mail]: 'paused', [report]: 'paused' });
});

test('a take-over that was killed after cron let go is completed by the mark in the crontab', async () => {
  const { run, tell, crontab, states } = await interrupted();
  const other = '0 1 * * * tidy';
  tell.text = `# cronkeeper runs this as "sync-mail": */5 * * * * /usr/bin/sync-mail\n${other}\n`;
  await run([...line, '--line', '2'], { crontab });
  assert.deepEqual(await states(), { [mail]: 'enabled', [report]: 'paused', tidy: 'enabled' });
});

test('a line whose job is paused stays with cron, and the answer says so', async () => {
  const { run, tell, crontab, states } = await interrupted();
  const [, , , , own = ''] = tab.split('\n');
  await run(line, { crontab });
  await run(['pause', report, '--reason', 'holidays']);
  tell.text = `${own}\n`;
  const { out } = await run(line, { crontab });
  assert.equal(tell.text, `${own}\n`);
  assert.deepEqual(JSON.parse(out).taken, []);
  assert.match(JSON.parse(out).skipped[0].reason, /is paused; resume it first: cronkeeper resume /);
  assert.equal((await states())[report], 'paused');
  const [, remedy = ''] = JSON.parse(out).skipped[0].reason.split('cronkeeper ');
  assert.equal((await run(remedy.split(' '))).exitCode, 0);
  assert.equal(JSON.parse((await run(line, { crontab })).out).taken.length, 1);
  assert.match(tell.text ?? '', /^# cronkeeper runs this/);
});
