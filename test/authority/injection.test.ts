import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { exchange } from '../http/house.ts';
import { type Dashboard, startDashboard } from '../journeys/dashboard.ts';
import { Json, launcher, Person, until } from '../journeys/program.ts';
import { ask, startOwner } from '../journeys/story.ts';

/** A home with an owner and a dashboard, and an agent that holds a token which may edit. */
describe('an agent widens its power', () => {
  const person = new Person();
  let dashboard: Dashboard;
  let token = '';

  before(async () => {
    await startOwner(person, ['runner']);
    dashboard = await startDashboard(person);
    const words = ['dashboard', 'token', 'add', 'bot', '--scope', 'edit'];
    token = (await ask(person, words)).text('token');
  });
  after(() => person.leave());

  async function byAgent(path: string, body?: unknown, method = 'POST') {
    const { status, text } = await exchange(dashboard.port, `/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
    return { status, answer: new Json(JSON.parse(text)) };
  }

  const trace = (name: string): string => person.file(`${name}.evil`);
  const evil = (name: string): string => `echo done >> ${trace(name)}`;
  const shown = async (name: string): Promise<Json> =>
    (await ask(person, ['show', name])).at('job');

  /** Adds a job as the agent does. */
  async function added(name: string): Promise<Json> {
    const body = { name, when: 'every 1s', shell: evil(name) };
    const { status, answer } = await byAgent('/jobs', body);
    assert.equal(status, 201);
    assert.equal(answer.text('readiness', 'code'), 'approval_pending');
    return answer.at('job');
  }

  /** The newest run of a job, once it is over. */
  const endedRun = (id: string): Promise<Json> =>
    until(
      'the run is over',
      async () => {
        const [one] = (await ask(person, ['runs', id])).list('runs');
        return one?.at('state').value === 'ended' ? one : undefined;
      },
      40_000,
    );

  test('by a job of its own: it waits', async () => {
    const job = await added('own');
    assert.deepEqual([job.text('state'), job.text('madeBy', 'name')], ['pending', 'http:bot']);
  });

  test('by approving it itself: it may not', async () => {
    const job = await added('self');
    const revision = job.number('revision');
    const { status } = await byAgent(`/jobs/${job.text('id')}/approve`, { revision });
    assert.equal(status, 403);
  });

  test('by changing what was approved: it waits again, and so does a retry of what it did', async () => {
    const body = { name: 'changed', when: 'every 1s', command: ['true'] };
    const { answer } = await byAgent('/jobs', body);
    const id = answer.text('job', 'id');
    await ask(person, ['approve', id]);
    const run = await until('it runs once approved', async () => {
      const runs = (await ask(person, ['runs', id])).list('runs');
      return runs.find((one) => one.at('outcome').value === 'succeeded')?.text('id');
    });
    const edit = { shell: evil('changed') };
    const edited = await byAgent(`/jobs/${id}`, edit, 'PATCH');
    assert.equal(edited.answer.text('readiness', 'code'), 'approval_stale');
    const retried = await byAgent(`/runs/${run}/retry`, { queue: true });
    assert.equal(retried.answer.text('code'), 'approval_stale');
  });

  test("by changing a person's job: it waits", async () => {
    await ask(person, ['add', 'every 1h', '--name', 'theirs', '--', 'true']);
    const edit = { shell: evil('theirs'), when: 'every 1s' };
    await byAgent('/jobs/theirs', edit, 'PATCH');
    assert.equal((await shown('theirs')).text('state'), 'pending');
  });

  test('by asking for a run, or a pause and a resume', async () => {
    const id = (await added('asked')).text('id');
    const { status, answer } = await byAgent(`/jobs/${id}/run`, { queue: true });
    assert.equal(status >= 400, true);
    assert.equal(answer.text('code'), 'approval_pending');
    await byAgent(`/jobs/${id}/pause`, {});
    await byAgent(`/jobs/${id}/resume`, {});
    assert.equal((await shown('asked')).text('state'), 'pending');
  });

  test('by a file or a crontab', async () => {
    const file = JSON.stringify({
      version: 1,
      jobs: [{ name: 'filed', when: 'every 1s', shell: evil('filed') }],
    });
    assert.equal((await byAgent('/apply', { file })).status, 200);
    const line = `* * * * * ${evil('tab')}\n`;
    assert.equal((await byAgent('/import/crontab', { text: line })).status, 200);
    const pending = (await ask(person, ['list', '--state', 'pending'])).list('jobs');
    const commands = pending.map((job) => job.at('command').value);
    for (const name of ['filed', 'tab'])
      assert.ok(
        commands.some((words) => String(words).includes(trace(name))),
        name,
      );
  });

  test('by telling the end of an approved run to a program of its own', async () => {
    const body = { name: 'told', when: 'every 1h', shell: 'sleep 3' };
    const id = (await byAgent('/jobs', body)).answer.text('job', 'id');
    await ask(person, ['approve', id]);
    await byAgent(`/jobs/${id}/run`, {});
    const state = async (): Promise<string> => {
      const [run] = (await ask(person, ['runs', id])).list('runs');
      return String(run?.at('state').value);
    };
    await until('it runs', async () => (await state()) === 'running' || undefined);
    const edit = { deliver: [`command:touch ${trace('told')}`] };
    assert.equal((await byAgent(`/jobs/${id}`, edit, 'PATCH')).status, 200);
    await until('it is over', async () => (await state()) === 'ended' || undefined, 20_000);
    const told = (await ask(person, ['inbox'])).list('entries');
    assert.ok(told.some((entry) => entry.text('title') === 'told succeeded'));
    assert.deepEqual((await ask(person, ['deliveries'])).list('deliveries'), []);
  });

  test('by variables that load code into the worker of a prompt without tools', async () => {
    const module = (name: string): string =>
      `import{writeFileSync as w}from'node:fs';w('${trace(name)}','')`;
    const options = (name: string): string =>
      `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(module(name))}`;
    await ask(person, ['config', 'set', 'models.local.url', 'http://127.0.0.1:9/v1']);
    const body = {
      name: 'loaded',
      when: 'every 1s',
      prompt: 'Say hello.',
      model: 'local/one',
      env: [options('loaded')],
    };
    const { status, answer } = await byAgent('/jobs', body);
    assert.equal(status, 201);
    assert.equal(answer.text('job', 'state'), 'pending');
    assert.deepEqual(answer.at('job', 'unapproved').value, ['command']);
    // Nor is one of a person's loaded by it.
    const words = [
      'add',
      'in 1s',
      'Say hello.',
      '--model',
      'local/one',
      '--env',
      options('theirs'),
    ];
    const id = (await ask(person, words)).text('job', 'id');
    const run = await endedRun(id);
    assert.equal(run.text('reason'), 'model_failed');
  });

  test('from the command line inside a run, also without its environment', async () => {
    const program = `${launcher} --home ${person.home}`;
    const tries = [
      `${program} add 'every 1s' --shell '${evil('inside')}'`,
      `env -i PATH="$PATH" ${program} add 'every 1s' --shell '${evil('inside')}'`,
      `env -i PATH="$PATH" setsid -w ${program} add 'every 1s' --shell '${evil('inside')}'`,
      `${program} approve own`,
      `${program} config set agentsMay shell`,
      `${program} owner appoint auto --reason mine`,
      `${program} dashboard token add mine --scope admin`,
      `${program} service install runner`,
    ];
    const script = tries.map((line, number) => `${line}; echo "${number} ended $?"`).join('\n');
    const said = await ask(person, ['add', 'in 1s', '--name', 'prisoner', '--shell', script]);
    const id = said.text('job', 'id');
    const run = (await endedRun(id)).text('id');
    const { out } = await person.type(['logs', run]);
    for (const number of tries.keys()) assert.match(out, new RegExp(`^${number} ended [1-9]`, 'm'));
    const refusals = out.match(/may not make or change jobs|Only a person may ask/g);
    assert.equal(refusals?.length, tries.length, out);
  });

  test('from a command that has no environment of its own from the beginning', async () => {
    const argv = ['env', '-i', `PATH=${process.env['PATH']}`, launcher, '--home', person.home];
    const bare = [...argv, 'add', 'every 1s', '--shell', evil('bare')];
    for (const name of ['bare', 'bare again']) {
      const said = await ask(person, ['add', 'in 1s', '--name', name, '--', ...bare]);
      const id = said.text('job', 'id');
      const run = await endedRun(id);
      assert.equal(run.text('outcome'), 'failed');
      const { out } = await person.type(['logs', run.text('id')]);
      assert.match(out, /may not make or change jobs/);
    }
  });

  test('and nothing of it ran, although the owner fired meanwhile', async () => {
    const file = person.file('beat');
    await ask(person, ['add', 'in 1s', '--shell', `echo beat > ${file}`]);
    await until('the owner fires', () => existsSync(file) || undefined, 20_000);
    assert.deepEqual(
      readdirSync(person.home).filter((name) => name.endsWith('.evil')),
      [],
    );
  });

  test('but what a person approves does run', async () => {
    await ask(person, ['approve', 'own']);
    await until('it runs', () => existsSync(trace('own')) || undefined, 20_000);
    assert.equal((await shown('own')).text('approval', 'by').startsWith('cli:'), true);
  });
});

test('a job that is made to look as if it fired is not run by a tick', async () => {
  const person = new Person();
  try {
    const inside = { CRONKEEPER_RUN_ID: '01JZ0000000000000000000000' };
    const file = person.file('evil');
    const refused = await person.type(['add', 'every 1s', '--shell', `echo > ${file}`], inside);
    assert.match(refused.err, /is not known in this profile/);
    await person.type(['add', 'every 1h', '--name', 'x', '--shell', `echo > ${file}`]);
    const store = await person.openStore();
    const [job] = await store.jobs.byName('default', 'x');
    assert.ok(job !== undefined && job.nextFireAt !== null);
    const authority = { ...job.authority, trust: 'agent' as const };
    // The hour before is a fire time of it, too.
    const nextFireAt = job.nextFireAt - 3_600_000;
    await store.jobs.change({
      profile: 'default',
      jobId: job.id,
      seen: { revision: 1, nextFireAt: job.nextFireAt },
      after: { ...job, authority, revision: 2, nextFireAt },
      decisions: [],
      entry: { profile: 'default', at: 0, actor: 'x', kind: 'x', subject: 'x', detail: {} },
    });
    await store.close();
    await person.type(['tick']);
    const runs = (await ask(person, ['runs'])).list('runs');
    const reasons = runs.map((run) => [run.text('state'), run.text('reason')]);
    assert.ok(reasons.length > 0);
    for (const one of reasons) assert.deepEqual(one, ['refused', 'approval_pending']);
    assert.equal(existsSync(file), false);
  } finally {
    await person.leave();
  }
});
