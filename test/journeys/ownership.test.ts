import assert from 'node:assert/strict';
import { type Person, processesOf, type Running, until } from './program.ts';
import {
  addJob,
  ask,
  doubled,
  holderPid,
  instanceOf,
  journey,
  moreTestimony,
  remediesExist,
  runsOf,
  startBeside,
  startOwner,
  status,
  statusWhen,
  testify,
  testimony,
  willRun,
} from './story.ts';

/** Only the appointed owner executes, and changes of hands neither double nor lose anything. */

/** Applies so many jobs that come due every second and leave a line in the witness. */
async function applyEverySecond(person: Person, count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, index) => ({
    name: `witness-${index}`,
    when: 'every 1s',
    overlap: 'allow',
    shell: testify(person),
  }));
  const applied = await person.type(['apply', '-'], {}, JSON.stringify({ version: 1, jobs }));
  assert.equal(applied.code, 0, applied.err);
}

const jobCount = 40;
const dueAtLeastMs = 5_500;
const elsewhere = [
  { rule: ['service', 'systemd-system/not-there.service'], code: 'not_authorised_owner' },
  { rule: ['role', 'gateway'], code: 'not_authorised_owner' },
  { rule: ['host', '0123456789abcdef0123456789abcdef'], code: 'machine_mismatch' },
] as const;

for (const { rule, code } of elsewhere) {
  const [kind] = rule;
  journey(
    `with the ${kind} appointed that is not there, three runners execute nothing in 200 due occurrences`,
    async (person, t) => {
      await ask(person, ['owner', 'appoint', ...rule]);
      const runners = [1, 2, 3].map(() => person.start(['runner']));
      await statusWhen(
        person,
        'three runners are there',
        (shown) => shown.list('instances').length === 3,
      );
      await applyEverySecond(person, jobCount);
      const listed = await ask(person, ['list']);
      const id = listed.text('jobs', 0, 'id');
      const said = await statusWhen(
        person,
        '200 occurrences came due',
        (shown) => shown.number('jobs', 'oldestOverdueMs') > dueAtLeastMs,
        25_000,
      );
      assert.equal(said.number('jobs', 'overdue'), jobCount);
      for (const { pid } of runners) {
        const instance = instanceOf(said, pid);
        assert.equal(instance?.text('standing'), 'ineligible');
        assert.equal(instance.text('reasonCode'), code);
      }
      assert.equal(said.at('holder').value, null);
      assert.equal(said.at('readiness', 'willRun').value, false);
      const refused = await ask(person, ['run', id], 4);
      assert.equal(refused.text('error', 'code'), 'owner_absent');
      assert.ok(
        refused.text('error', 'message').includes(rule[1]),
        'the refusal does not name the owner',
      );
      assert.equal((await status(person)).number('requestsWaiting'), 0);
      assert.deepEqual(testimony(person), [], 'a runner that may not own executed');
      const counts = await undecided(person);
      assert.ok(counts >= 200, `only ${counts} occurrences came due`);
      t.diagnostic(`${counts} occurrences came due, 0 ran`);
    },
  );
}

/** How many occurrences are shown as due and decided by nobody, each with its reason. */
async function undecided(person: Person): Promise<number> {
  let count = 0;
  const answer = await ask(person, ['runs', '-n', '200']);
  for (const run of answer.list('runs')) {
    assert.equal(run.text('state'), 'undecided');
    assert.equal(run.text('reason'), 'owner_absent');
    count += run.number('count');
  }
  return count;
}

journey('run --queue gives a receipt that the owner honours when it comes', async (person) => {
  await ask(person, ['owner', 'appoint', 'role', 'gateway']);
  await addJob(person, ['every day at 9am', '--name', 'report', '--shell', testify(person)]);
  await startBeside(person, ['runner']);
  const asked = await ask(person, ['run', 'report', '--queue=10m']);
  assert.equal(asked.text('word'), 'Queued');
  assert.equal(asked.text('request', 'state'), 'waiting');
  assert.equal(asked.at('run').value, null);
  const validMs =
    Date.parse(asked.text('request', 'expiresAt')) - Date.parse(asked.text('request', 'createdAt'));
  assert.equal(validMs, 600_000);
  // Asked again it is the same request.
  const words = await person.type(['run', 'report', '--queue']);
  assert.equal(words.code, 0);
  assert.match(words.out, new RegExp(`^Queued report +${asked.text('request', 'receipt')}\\n`));
  assert.equal((await status(person)).number('requestsWaiting'), 1);
  assert.deepEqual(testimony(person), []);
  const gateway = await startOwner(person, ['gateway', 'run']);
  const [run, ...others] = await until('it is answered', async () => {
    const runs = await runsOf(person, 'report');
    return runs[0]?.text('state') === 'ended' ? runs : undefined;
  });
  assert.deepEqual(others, []);
  assert.equal(run?.text('cause'), 'request');
  assert.equal(run?.number('attempts', 0, 'provenance', 'chain', 0, 'pid'), gateway.pid);
  assert.equal(testimony(person).length, 1);
  assert.equal((await status(person)).number('requestsWaiting'), 0);
});

journey(
  'after SIGKILL of the holder the standby is on time again within 5 s, and nothing is doubled or silent',
  async (person, t) => {
    await applyEverySecond(person, 5);
    const first = await startOwner(person, ['runner']);
    const { running: second } = await startBeside(person, ['runner']);
    await moreTestimony(person, 10);
    const before = (await status(person)).number('holder', 'epoch');
    first.signal('SIGKILL');
    await first.ended;
    const killedAt = Date.now();
    const after = await statusWhen(
      person,
      'the standby owns',
      (said) => willRun(said) && holderPid(said) === second.pid,
      5_000,
    );
    assert.equal(after.number('holder', 'epoch'), before + 1);
    await moreTestimony(person, 10);
    const runs = (await ask(person, ['runs', '-n', '200'])).list('runs');
    const late = runs
      .filter(
        (run) => run.at('startedAt').value !== null && Date.parse(run.text('fireTime')) > killedAt,
      )
      .map((run) => ({
        sinceKillMs: Date.parse(run.text('fireTime')) - killedAt,
        latenessMs: run.number('latenessMs'),
      }));
    t.diagnostic(
      `latest after the kill: ${Math.max(...late.map(({ latenessMs }) => latenessMs))} ms`,
    );
    for (const { sinceKillMs, latenessMs } of late)
      assert.ok(latenessMs < 5_000, `${latenessMs} ms late, ${sinceKillMs} ms after the kill`);
    assert.deepEqual(doubled(person), []);
    for (let index = 0; index < 5; index += 1) await noGaps(person, `witness-${index}`);
  },
);

/** Decisions of an every-second job stand for every second from the first to the last, each once. */
async function noGaps(person: Person, job: string): Promise<void> {
  const decided = new Map<number, number>();
  for (const run of await runsOf(person, job, 200)) {
    const from = Date.parse(run.text('fireTime'));
    const until = run.at('fireTimeEnd').value === null ? from : Date.parse(run.text('fireTimeEnd'));
    for (let at = from; at <= until; at += 1_000) decided.set(at, (decided.get(at) ?? 0) + 1);
  }
  const times = [...decided.keys()].sort((one, other) => one - other);
  const [from = 0] = times;
  for (let at = from; at <= (times.at(-1) ?? 0); at += 1_000)
    assert.equal(
      decided.get(at),
      1,
      `${job} at ${new Date(at).toISOString()} was decided ${decided.get(at) ?? 0} times`,
    );
}

/** Adds a job that runs for long, starts it by request and answers the run as it goes on. */
async function startLongRun(
  person: Person,
): Promise<{ readonly id: string; readonly pid: number; readonly epoch: number }> {
  await addJob(person, [
    'every day at 9am',
    '--name',
    'long',
    '--timeout',
    '60s',
    '--shell',
    `${testify(person)}; sleep 40`,
  ]);
  const asked = await ask(person, ['run', 'long']);
  assert.equal(asked.text('word'), 'Running');
  const attempt = asked.at('run', 'attempts', 0);
  await until('it began', () => (testimony(person).length > 0 ? true : undefined));
  return {
    id: asked.text('run', 'id'),
    pid: attempt.number('pid'),
    epoch: attempt.number('epoch'),
  };
}

journey(
  'owner appoint --force ends the runs of the former term within the kill bound',
  async (person, t) => {
    const runner = await startOwner(person, ['runner']);
    const long = await startLongRun(person);
    assert.ok((await processesOf(long.id)).length > 0);
    const noReason = await person.type(['owner', 'appoint', 'role', 'gateway', '--force']);
    assert.equal(noReason.code, 2);
    const forcedAt = Date.now();
    await ask(person, [
      'owner',
      'appoint',
      'role',
      'gateway',
      '--force',
      '--reason',
      'it must not run here',
    ]);
    await until(
      'its processes are gone',
      async () => ((await processesOf(long.id)).length === 0 ? true : undefined),
      10_000,
    );
    t.diagnostic(`gone after ${Date.now() - forcedAt} ms`);
    await statusWhen(
      person,
      'the runner is kept out',
      (said) => instanceOf(said, runner.pid)?.text('standing') === 'ineligible',
    );
    const gateway = await startOwner(person, ['gateway', 'run']);
    const run = await until('its end is recorded', async () => {
      const said = (await ask(person, ['show', long.id])).at('run');
      return said.text('state') === 'ended' ? said : undefined;
    });
    assert.equal(run.text('outcome'), 'cancelled');
    assert.equal(run.text('reason'), 'lease_lost');
    assert.equal(run.list('attempts').length, 1);
    assert.equal(holderPid(await status(person)), gateway.pid);
    assert.equal(testimony(person).length, 1);
  },
);

/** Waits until the run was adopted, and checks that it is still the same process and the same run. */
async function adoptedBy(
  person: Person,
  long: { readonly id: string; readonly pid: number },
  owner: Running,
): Promise<void> {
  const said = await statusWhen(
    person,
    'the other one owns',
    (shown) => willRun(shown) && holderPid(shown) === owner.pid,
    15_000,
  );
  const instanceId = said.text('holder', 'instanceId');
  const run = await until('the run was adopted', async () => {
    const shown = (await ask(person, ['show', long.id])).at('run');
    return shown.at('attempts', 0, 'adoptedBy').value === null ? undefined : shown;
  });
  assert.equal(run.text('state'), 'running');
  assert.match(run.text('attempts', 0, 'adoptedBy'), new RegExp(instanceId));
  assert.equal(run.list('attempts').length, 1);
  assert.equal(run.number('attempts', 0, 'pid'), long.pid);
  assert.ok((await processesOf(long.id)).length > 0, 'it does not run on');
  assert.equal((await runsOf(person, 'long')).length, 1);
  assert.equal(testimony(person).length, 1);
}

journey(
  'owner handover moves to the standby while a long run goes on, and the history tells it',
  async (person) => {
    const first = await startOwner(person, ['runner']);
    const { running: second } = await startBeside(person, ['runner']);
    const long = await startLongRun(person);
    const handed = await ask(person, ['owner', 'handover']);
    assert.equal(handed.number('owner', 'pid'), first.pid);
    assert.match(handed.text('message'), /1 can take over/);
    await adoptedBy(person, long, second);
    const cancelled = await ask(person, ['cancel', long.id]);
    assert.equal(cancelled.text('run', 'id'), long.id);
    await until(
      'it was ended',
      async () => ((await processesOf(long.id)).length === 0 ? true : undefined),
      10_000,
    );
    const before = (await status(person)).number('holder', 'epoch');
    await ask(person, [
      'owner',
      'appoint',
      'role',
      'gateway',
      '--then',
      'role runner',
      '--reason',
      'two of them',
    ]);
    const history = (await ask(person, ['owner', 'history'])).list('entries');
    const kinds = history.map((entry) => entry.text('kind')).reverse();
    assert.deepEqual(kinds, [
      'owner.claim',
      'owner.handover_requested',
      'owner.release',
      'owner.claim',
      'owner.appointed',
    ]);
    const [appointed, claim, , requested] = history;
    assert.deepEqual(appointed?.at('detail', 'after').value, ['role gateway', 'role runner']);
    assert.equal(appointed?.text('detail', 'reason'), 'two of them');
    assert.equal(claim?.number('detail', 'pid'), second.pid);
    assert.equal(requested?.text('kind'), 'owner.handover_requested');
    assert.ok(requested.text('actor').startsWith('cli:'));
    assert.equal(
      (await status(person)).number('holder', 'epoch'),
      before,
      'an appointment that changes nothing ended a term',
    );
  },
);

journey(
  'an appointment moves the profile to the standby that it names and never says that nothing runs there',
  async (person) => {
    await startOwner(person, ['runner']);
    const { running: gateway } = await startBeside(person, ['gateway', 'run']);
    const words = await person.type(['owner', 'appoint', 'role', 'gateway']);
    assert.equal(words.code, 0);
    assert.doesNotMatch(words.out + words.err, /is not running/);
    await statusWhen(
      person,
      'the gateway owns',
      (said) => willRun(said) && holderPid(said) === gateway.pid,
      5_000,
    );
  },
);

journey(
  'gateway run --replace takes over from the present gateway while a long run goes on',
  async (person) => {
    const first = await startOwner(person, ['gateway', 'run']);
    const long = await startLongRun(person);
    const second = person.start(['gateway', 'run', '--replace']);
    await adoptedBy(person, long, second);
    assert.equal(
      instanceOf(await status(person), first.pid)?.text('standing') ?? 'gone',
      'standby',
    );
  },
);

remediesExist('every remedy that was named in these journeys is a command that exists');
