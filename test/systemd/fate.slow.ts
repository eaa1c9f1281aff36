import assert from 'node:assert/strict';
import { type Json, until } from '../journeys/program.ts';
import type { Machine } from './machine.ts';
import { type Person, quote, stories } from './person.ts';

/** What becomes of a run when the service that was installed is restarted, stopped, or goes down with its machine. */

const story = stories();
/** That the manager of a user goes down with its machine is shown by hand: a boot more. */
const isLong = process.env['LONG'] === '1';

async function mustType(person: Person, words: string, how?: 'sudo'): Promise<void> {
  const { code, stdout, stderr } = await person.type(words, how);
  assert.equal(code, 0, `${words}: ${stdout}${stderr}`);
}

/** Starts a run that goes on until it is ended; its pid. */
async function startEndless(machine: Machine, person: Person, name: string): Promise<number> {
  const file = `${person.folder}/${name}.pid`;
  const script = `echo $$ > ${file}; while :; do sleep 0.1; done`;
  await mustType(person, `add "every 1d" --name ${name} --shell ${quote(script)}`);
  await mustType(person, `run ${name}`);
  return until('the run has begun', async () => {
    const pid = Number((await machine.exec(`cat ${file}`)).stdout);
    return pid > 0 ? pid : undefined;
  });
}

const isAlive = async (machine: Machine, pid: number): Promise<boolean> =>
  (await machine.exec(`kill -0 ${pid}`)).code === 0;

async function onlyRun(person: Person, name: string): Promise<Json> {
  const [run, ...others] = (await person.askAway(`runs ${name}`)).list('runs');
  assert.ok(run !== undefined && others.length === 0);
  return run;
}

async function assertStopped(
  machine: Machine,
  person: Person,
  name: string,
  pid: number,
): Promise<void> {
  assert.equal(await isAlive(machine, pid), false);
  const run = await onlyRun(person, name);
  assert.equal(run.text('state'), 'ended');
  assert.equal(run.text('outcome'), 'cancelled');
  assert.equal(run.text('reason'), 'service_stopped');
}

story(
  'a confined service of the machine leaves its runs at a restart, and ends them at a stop and with the machine',
  async (machine, person) => {
    await mustType(person, 'service install runner --system', 'sudo');
    const pid = await startEndless(machine, person, 'first');
    await mustType(person, 'service restart runner', 'sudo');
    assert.ok(await isAlive(machine, pid));
    assert.equal((await onlyRun(person, 'first')).text('state'), 'running');
    const since = Date.now();
    await mustType(person, 'service stop runner', 'sudo');
    assert.ok(Date.now() - since < 14_000, `stopped after ${Date.now() - since} ms`);
    await assertStopped(machine, person, 'first', pid);
    await mustType(person, 'service start runner', 'sudo');
    const second = await startEndless(machine, person, 'second');
    await machine.shutDown();
    await machine.powerOn();
    await assertStopped(machine, person, 'second', second);
  },
);

story(
  'a service of a user leaves its runs at a restart, and ends them at a stop',
  async (machine, person) => {
    await mustType(person, 'service install runner --user');
    const pid = await startEndless(machine, person, 'first');
    await mustType(person, 'service restart runner');
    assert.ok(await isAlive(machine, pid));
    await mustType(person, 'service stop runner');
    await assertStopped(machine, person, 'first', pid);
    if (!isLong) return;
    await mustType(person, 'service start runner');
    const second = await startEndless(machine, person, 'second');
    await machine.shutDown();
    await machine.powerOn();
    await assertStopped(machine, person, 'second', second);
  },
);

story(
  'a unit that somebody edited is told with a command, and the command makes it as it was',
  async (machine, person) => {
    await mustType(person, 'service install runner --system', 'sudo');
    const codes = async (): Promise<readonly string[]> =>
      (await person.askAway('status')).list('warnings').map((one) => one.text('code'));
    assert.deepEqual(await codes(), []);
    await machine.output(
      'printf "\\n[Service]\\nNice=1\\n" >> /etc/systemd/system/cronkeeper-default.service; systemctl daemon-reload',
    );
    const [warning, ...others] = (await person.askAway('status')).list('warnings');
    assert.deepEqual(others, []);
    assert.equal(warning?.text('code'), 'service_drifted');
    assert.equal(warning.text('remedy', 'kind'), 'command');
    const [, words = ''] = /^sudo cronkeeper (.*)$/.exec(warning.text('remedy', 'text')) ?? [];
    await mustType(person, words, 'sudo');
    assert.deepEqual(await codes(), []);
    assert.equal((await person.askAway('status')).at('readiness', 'willRun').value, true);
  },
);
