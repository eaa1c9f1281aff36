import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openWorld, start, type World, withHolder } from '../../test/operations/world.ts';
import { apply } from './apply.ts';
import { exportJobs } from './export.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList, jobsShow } from './jobs-list.ts';
import { jobsPause } from './jobs-state.ts';

const file = `version: 1
jobs:
  - name: Report
    when: every weekday at 9am
    tz: Europe/Berlin
    command: [report, --all]
    on-failure: [local]
    env: { TOKEN: hunter2 }
  - name: Beat
    when: every 5m
    shell: date >> beat
    timeout: 90s
    paused: true
`;

const noChange = { create: 0, change: 0, unchanged: 2, remove: 0 };

test('a file applied twice changes nothing the second time', async () => {
  const world = await openWorld();
  const first = await world.ask(apply, { file });
  assert.deepEqual(first.counts, { create: 2, change: 0, unchanged: 0, remove: 0 });
  world.advance(61_000);
  const second = await world.ask(apply, { file });
  assert.deepEqual(second.counts, noChange);
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ name, state, revision }) => [name, state, revision]),
    [
      ['Beat', 'paused', 1],
      ['Report', 'enabled', 1],
    ],
  );
});

test('a plan shows what would change and writes nothing', async () => {
  const world = await openWorld();
  const plan = await world.ask(apply, { file, plan: true });
  assert.equal(plan.applied, false);
  assert.deepEqual(
    plan.items.map(({ action, name }) => [action, name]),
    [
      ['create', 'Report'],
      ['create', 'Beat'],
    ],
  );
  assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
});

for (const when of [
  '2026-11-22 11:30',
  '2026-11-22T11:30',
  '2026-11-22 at 11:30',
  '2026-11-22 10:30 UTC',
  '2026-11-22 11:30:00+01:00',
]) {
  test(`a one-shot at "${when}" has passed, and the file still applies`, async () => {
    const world = await openWorld();
    const text = JSON.stringify({
      version: 1,
      jobs: [{ name: 'once', when, command: ['true'] }],
    });
    await world.ask(apply, { file: text });
    world.advance(3 * 3_600_000);
    const again = await world.ask(apply, { file: text });
    assert.deepEqual(again.counts, { ...noChange, unchanged: 1 });
    const same = await world.ask(jobsEdit, { job: 'once', when });
    assert.deepEqual(same.changed, []);
    const other = { job: 'once', when: '2026-11-22 11:29' };
    await assert.rejects(world.ask(jobsEdit, other), { code: 'schedule_in_past' });
  });
}

test('names identify jobs, whatever their case, and only what differs is changed', async () => {
  const world = await openWorld();
  await world.ask(apply, { file });
  const changed = file.replace('name: Report', 'name: report').replace('90s', '2m');
  const { items } = await world.ask(apply, { file: changed });
  assert.deepEqual(
    items.map(({ action, changed: parts }) => [action, parts]),
    [
      ['change', ['name']],
      ['change', ['timeoutMs']],
    ],
  );
});

test('what the file does not say becomes its default; the pause of a job stays', async () => {
  const world = await openWorld();
  await world.ask(apply, { file });
  const short = 'version: 1\njobs:\n  - {name: Beat, when: every 5m, shell: date >> beat}\n';
  await world.ask(apply, { file: short });
  const { job } = await world.ask(jobsShow, { job: 'Beat' });
  assert.equal(job.timeoutMs, 3_600_000);
  assert.equal(job.state, 'paused');
});

test('jobs that the file does not name stay, unless it prunes; what is done stays as well', async () => {
  const world = await openWorld();
  await world.ask(apply, { file });
  await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'Other' });
  assert.deepEqual((await world.ask(apply, { file })).counts, noChange);
  const pruned = await world.ask(apply, { file, prune: true });
  assert.equal(pruned.counts.remove, 1);
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ name }) => name),
    ['Beat', 'Report'],
  );
});

/** Makes the job "Once", lets its time pass and fires it; the file that made it. */
async function withDoneJob(world: World): Promise<string> {
  const fence = await withHolder(world);
  const once = 'version: 1\njobs:\n  - {name: Once, when: "2026-11-22T09:10:00Z", command: [x]}\n';
  await world.ask(apply, { file: once });
  world.advance(600_000);
  const [job] = await world.store.jobs.due('default', world.now(), 1);
  assert.ok(job !== undefined && job.nextFireAt !== null);
  const { id: jobId, revision, nextFireAt } = job;
  const seen = { revision, nextFireAt };
  await world.store.runs.fire(fence, [
    { jobId, seen, nextFireAt: null, scheduledRuns: 1, state: 'done', rows: [] },
  ]);
  return once;
}

test('a job that is done is neither exported nor pruned, and its time can still be in the file', async () => {
  const world = await openWorld();
  const once = await withDoneJob(world);
  assert.equal((await world.ask(exportJobs, {})).jobs, 0);
  const none = await world.ask(apply, { file: 'version: 1\njobs: []\n', prune: true });
  assert.equal(none.counts.remove, 0);
  assert.equal((await world.ask(apply, { file: once })).counts.unchanged, 1);
});

test('a job that is done and gets new times from a file that says paused is paused at once', async () => {
  const world = await openWorld();
  await withDoneJob(world);
  const again =
    'version: 1\njobs:\n  - {name: Once, when: every 5m, prompt: Sum up, paused: true}\n';
  const { counts } = await world.ask(apply, { file: again });
  assert.equal(counts.change, 1);
  const { job } = await world.ask(jobsShow, { job: 'Once' });
  assert.deepEqual([job.state, job.nextFireAt], ['paused', null]);
  assert.equal((await world.ask(apply, { file: again })).counts.unchanged, 1);
});

test('a paused job whose time has passed is not ended by a file that lets it fire again', async () => {
  const world = await openWorld();
  const once = 'version: 1\njobs:\n  - {name: Once, when: "2026-11-22T09:10:00Z", command: [x]';
  await world.ask(apply, { file: `${once}, paused: true}\n` });
  world.advance(600_000);
  const asked = world.ask(apply, { file: `${once}, paused: false}\n` });
  await assert.rejects(asked, {
    code: 'file_invalid',
    message: /job "Once": The job has no occurrences left, so it cannot be resumed\./,
  });
  const { job } = await world.ask(jobsShow, { job: 'Once' });
  assert.equal(job.state, 'paused');
});

const broken = [
  {
    name: 'an unknown key',
    text: file.replace('timeout', 'timeuot'),
    says: /line 12, column \d+: "timeuot"/,
  },
  {
    name: 'an unknown key of the file',
    text: `${file}owner: me\n`,
    says: /line 14, column \d+: "owner"/,
  },
  {
    name: 'a wrong duration',
    text: file.replace('90s', 'soon'),
    says: /line 12.*job "Beat".*not a duration/,
  },
  {
    name: 'a wrong schedule',
    text: file.replace('every 5m', 'whenever'),
    says: /line 10.*job "Beat"/,
  },
  { name: 'a name twice', text: file.replace('Beat', 'rEPORT'), says: /line 9.*twice/ },
  {
    name: 'a command that is one text',
    text: file.replace('[report, --all]', 'report'),
    says: /line 6.*shell:/,
  },
  { name: 'broken YAML', text: 'version: 1\njobs: [', says: /line 2/ },
  { name: 'a version of tomorrow', text: file.replace('version: 1', 'version: 2'), says: /line 1/ },
  {
    name: 'no command',
    text: file.replace('    command: [report, --all]\n', ''),
    says: /needs a command/,
  },
  { name: 'a typed hyphen', text: file.replace('[local]', '[slack]'), says: /line 7.*slack/ },
];
for (const { name, text, says } of broken) {
  test(`a file with ${name} is refused with its place, and nothing of it is applied`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(apply, { file: text }), { code: 'file_invalid', message: says });
    assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
  });
}

test('all problems of a file are told together', async () => {
  const world = await openWorld();
  const text = file.replace('90s', 'soon').replace('weekday', 'wekday');
  await assert.rejects(world.ask(apply, { file: text }), { message: /Report.*Beat/ });
});

test('an export applied here changes nothing, with equal names, pauses and secret values', async () => {
  const world = await openWorld();
  await world.ask(apply, { file });
  const odd = { when: '2026-12-01T08:00:00Z', command: ['x', '--y', 'ä "z"'], name: 'Odd' };
  await world.ask(jobsAdd, { ...odd, grace: 0, jitter: '1m', retries: 2, catchUp: 'all(3)' });
  await world.ask(jobsAdd, {
    ...odd,
    end: '2027-01-01',
    maxRuns: 3,
    require: ['env=TOKEN', 'service=systemd-user/x.service'],
  });
  await world.ask(jobsPause, { job: 'Report' });
  const { text } = await world.ask(exportJobs, {});
  assert.ok(!text.includes('hunter2'));
  assert.match(text, /service=systemd-user\/x\.service/);
  const { counts } = await world.ask(apply, { file: text, prune: true });
  assert.deepEqual(counts, { create: 0, change: 0, unchanged: 4, remove: 0 });
});

test('an export in another home makes the same jobs, but refuses variables without their values', async () => {
  const [here, there] = [await openWorld(), await openWorld()];
  await here.ask(apply, { file: file.replace('    env: { TOKEN: hunter2 }\n', '') });
  const { text } = await here.ask(exportJobs, {});
  await there.ask(apply, { file: text });
  assert.equal((await there.ask(exportJobs, {})).text, text);
  await assert.rejects(there.ask(apply, { file: text.replace('cwd:', 'env: [TOKEN]\n    cwd:') }), {
    code: 'file_invalid',
    message: /TOKEN has no value/,
    remedy: {
      kind: 'advice',
      text: 'Write the value beside the name; "export" leaves values out, for they may be secret. Then apply the file again.',
    },
  });
});

test('a job in a zone of one word is exported as another home reads it', async () => {
  const [here, there] = [await openWorld(), await openWorld()];
  await here.ask(jobsAdd, { when: 'every day at 9', tz: 'CET', command: ['x'], name: 'x' });
  const { text } = await here.ask(exportJobs, {});
  await there.ask(apply, { file: text });
  const [job] = (await there.ask(jobsList, {})).jobs;
  assert.equal(job?.schedule.zone, 'CET');
});

test('problems that one thing does not mend have no remedy in common', async () => {
  const world = await openWorld();
  const broken = file.replace('TOKEN: hunter2', 'A-B: x').replace('90s', 'soon');
  await assert.rejects(world.ask(apply, { file: broken }), {
    remedy: { kind: 'advice', text: 'Mend the file and apply it again.' },
  });
});

test('an export tells of which variables and headers it leaves out the values', async () => {
  const world = await openWorld();
  await world.ask(apply, { file });
  const call = { when: 'every 1h', name: 'call', http: 'https://example.org', headers: ['X-A: b'] };
  await world.ask(jobsAdd, call);
  const { text, withoutValues } = await world.ask(exportJobs, {});
  await assert.rejects((await openWorld()).ask(apply, { file: text }), {
    message: /x-a has no value here; write "x-a: VALUE"/,
  });
  const byName = withoutValues.toSorted((one, other) => one.name.localeCompare(other.name));
  assert.deepEqual(byName, [
    { name: 'call', variables: [], headers: ['x-a'] },
    { name: 'Report', variables: ['TOKEN'], headers: [] },
  ]);
});

const duration = fc.integer({ min: 1, max: 86_400_000 });
const anyJob = fc.record(
  {
    when: fc.constantFrom('every 5m', '0 9 * * 1-5', 'every day at 8:30', '2027-03-01T09:00:00Z'),
    name: fc.constantFrom('a', 'A', 'b', '../x', '__proto__', 'yes', '1', '- x: [', '"', '#'),
    command: fc.array(
      fc.string({ minLength: 1 }).filter((text) => /^[^\0]*\S/.test(text) && !text.includes('\0')),
      { minLength: 1, maxLength: 3 },
    ),
    tz: fc.constantFrom('UTC', 'America/New_York', 'CET'),
    timeout: duration,
    grace: duration,
    jitter: duration,
    retries: fc.nat(5),
    overlap: fc.constantFrom('skip', 'queue', 'replace', 'allow'),
    catchUp: fc.constantFrom('none', 'latest', 'all', 'all(9)'),
    onLoss: fc.constantFrom('report', 'rerun'),
    maxRuns: fc.integer({ min: 1, max: 9 }),
    start: fc.constantFrom('2026-11-23', '2026-11-22T10:00:00Z'),
    env: fc.subarray(['A=1', '__proto__=x']),
    paused: fc.boolean(),
  },
  { requiredKeys: ['when', 'command'] },
);

test('whatever was added, an export applied here changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyJob, { maxLength: 5 }), async (jobs) => {
      const world = await openWorld();
      for (const job of jobs) await world.ask(jobsAdd, job);
      world.advance(90_000);
      const { text } = await world.ask(exportJobs, {});
      const { counts } = await world.ask(apply, { file: text, prune: true });
      await world.store.close();
      assert.equal(counts.unchanged, jobs.length);
    }),
    { numRuns: 30 },
  );
});

test('a job that came due undecided is decided when the file changes its schedule', async () => {
  const world = await openWorld();
  await world.ask(apply, { file: file.replace('    paused: true\n', '') });
  world.advance(12 * 60_000);
  await world.ask(apply, {
    file: file.replace('every 5m', 'every 7m').replace('    paused: true\n', ''),
  });
  const { job } = await world.ask(jobsShow, { job: 'Beat' });
  const [row] = await world.store.runs.list('default', { jobId: job.id, limit: 2 });
  assert.deepEqual([row?.state, row?.count, row?.fireTime], ['missed', 2, start + 300_000]);
});

test('a slice that meets a holder firing meanwhile is computed anew', async () => {
  const world = await openWorld();
  await world.ask(apply, { file });
  const { jobs } = world.store;
  let staleAnswers = 2;
  const context = {
    ...world.context,
    store: {
      ...world.store,
      jobs: {
        ...jobs,
        apply: async (...writes: Parameters<typeof jobs.apply>) => {
          staleAnswers -= 1;
          return staleAnswers >= 0
            ? ({ kind: 'stale', jobId: 'x' } as const)
            : jobs.apply(...writes);
        },
      },
    },
  };
  const input = apply.input.parse({ file: file.replace('90s', '2m') });
  assert.equal((await apply.handle(context, input)).counts.change, 1);
  assert.equal((await world.ask(jobsShow, { job: 'Beat' })).job.timeoutMs, 120_000);
});

test('jobs of which one or another always fires meanwhile are written, one by one at last', async () => {
  const world = await openWorld();
  const { jobs } = world.store;
  const store = {
    ...world.store,
    jobs: {
      ...jobs,
      // In the time that two of them take, one was decided.
      apply: async (...writes: Parameters<typeof jobs.apply>) =>
        writes[0].length + writes[1].length > 1
          ? ({ kind: 'stale', jobId: 'x' } as const)
          : jobs.apply(...writes),
    },
  };
  const busy = (when: string) =>
    apply.input.parse({
      file: JSON.stringify({
        version: 1,
        jobs: Array.from({ length: 70 }, (_, n) => ({ name: `job ${n}`, when, command: ['true'] })),
      }),
    });
  const context = { ...world.context, store };
  const made = await apply.handle(context, busy('every 1s'));
  assert.deepEqual(made.counts, { create: 70, change: 0, unchanged: 0, remove: 0 });
  const changed = await apply.handle(context, busy('every 2s'));
  assert.deepEqual(changed.counts, { create: 0, change: 70, unchanged: 0, remove: 0 });
  assert.deepEqual(
    changed.items.map(({ name }) => name),
    made.items.map(({ name }) => name),
  );
});

test('a job that changes at each try is given up, and it is said that a part may be applied', async () => {
  const world = await openWorld();
  let tries = 0;
  const store = {
    ...world.store,
    jobs: {
      ...world.store.jobs,
      apply: async () => {
        tries += 1;
        return { kind: 'stale', jobId: 'x' } as const;
      },
    },
  };
  const asked = apply.handle({ ...world.context, store }, apply.input.parse({ file }));
  await assert.rejects(asked, { code: 'job_changed', message: /A part may be applied/ });
  // Both together, then the first one by one.
  assert.equal(tries, 1 + 5);
});

test('two who apply a file at once make each of its jobs once, and each says what it did', async () => {
  const world = await openWorld();
  const { jobs } = world.store;
  const input = apply.input.parse({ file });
  const counted: unknown[] = [];
  // All of the second one happens after the first has planned and before it writes.
  const store = {
    ...world.store,
    jobs: {
      ...jobs,
      apply: async (...writes: Parameters<typeof jobs.apply>) => {
        if (counted.length === 0) counted.push((await apply.handle(world.context, input)).counts);
        return jobs.apply(...writes);
      },
    },
  };
  const first = await apply.handle({ ...world.context, store }, input);
  assert.deepEqual(counted, [{ create: 2, change: 0, unchanged: 0, remove: 0 }]);
  assert.deepEqual(first.counts, noChange);
  const { jobs: stored } = await world.ask(jobsList, {});
  const ids = (list: readonly { readonly id: string | null }[]) =>
    list.map(({ id }) => id).toSorted();
  assert.deepEqual(ids(stored), ids(first.items));
});

for (const { name, jobMs, largest } of [
  { name: 'quick', jobMs: 0, largest: 2_000 },
  { name: 'busy', jobMs: 0.4, largest: 200 },
]) {
  test(`a holder gets its turn between the slices of a great file on a ${name} machine`, async () => {
    const world = await openWorld();
    const { jobs } = world.store;
    const slices: number[] = [];
    let turns = 0;
    world.meanwhile = async () => {
      turns += 1;
    };
    const store = {
      ...world.store,
      jobs: {
        ...jobs,
        apply: async (...writes: Parameters<typeof jobs.apply>) => {
          slices.push(writes[0].length);
          world.advance(writes[0].length * jobMs);
          return jobs.apply(...writes);
        },
      },
    };
    const many = Array.from({ length: 6_000 }, (_, index) => ({
      name: `job ${index}`,
      when: 'every 5m',
      command: ['true'],
    }));
    const input = apply.input.parse({ file: JSON.stringify({ version: 1, jobs: many }) });
    const { counts } = await apply.handle({ ...world.context, store }, input);
    assert.equal(counts.create, many.length);
    assert.equal(Math.max(...slices), largest, slices.join(' '));
    assert.equal(turns, slices.length - 1);
  });
}
