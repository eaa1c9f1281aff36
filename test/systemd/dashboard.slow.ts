import assert from 'node:assert/strict';
import type { Json } from '../journeys/program.ts';
import type { Machine } from './machine.ts';
import { type Person, stories, traces, untilMore } from './person.ts';

/** Dashboards as services of a real systemd, beside a runner, and with `LONG=1` instead of one. */

const story = stories();
const unit = 'cronkeeper-dashboard-default.service';
const runnerService = 'systemd-system/cronkeeper-default.service';
const dashboardService = `systemd-system/${unit}`;

async function mustType(person: Person, words: string, how?: 'sudo'): Promise<string> {
  const { code, stdout, stderr } = await person.type(words, how);
  assert.equal(code, 0, `${words}: ${stdout}${stderr}`);
  return stdout;
}

const ownerOf = (said: Json): string | null =>
  said.at('holder').value === null ? null : said.text('holder', 'provenance', 'service');

const dashboardIn = (said: Json): Json | undefined =>
  said.list('instances').find((one) => one.text('role') === 'dashboard');

/** What the door says to somebody whom nobody let in. */
const knock = (machine: Machine, port: number): Promise<string> =>
  machine.output(
    `${machine.node} -e 'fetch("http://127.0.0.1:${port}/api/v1/status").then((answer) => process.stdout.write(String(answer.status)))'`,
  );

story(
  'runner installed, then dashboard installed: the runner still owns, and the dashboard is proven, confined and asks',
  async (machine, person) => {
    const before = await traces(machine, person);
    await mustType(person, 'service install runner --system', 'sudo');
    const withRunner = await traces(machine, person);
    const said = await mustType(person, 'service install dashboard --system', 'sudo');
    assert.match(said, /Jobs will run: runner \(systemd cronkeeper-default\.service, proven\)/);
    assert.match(
      said,
      /Dashboard: http:\/\/127\.0\.0\.1:2766 {2}To get in: cronkeeper dashboard link/,
    );
    assert.doesNotMatch(said, /may not own|PATH of its jobs/);
    await untilMore(person, 2);

    const status = await person.askAway('status');
    assert.equal(ownerOf(status), runnerService);
    assert.deepEqual(status.at('appointment', 'rule').value, [`service ${runnerService}`]);
    const listed = dashboardIn(status);
    assert.equal(listed?.text('standing'), 'delegator');
    assert.equal(listed.text('provenance', 'service'), dashboardService);
    assert.equal(listed.text('provenance', 'level'), 'proven');
    assert.deepEqual(status.list('warnings'), []);
    assert.equal(await knock(machine, 2766), '401');
    assert.match(
      await mustType(person, 'dashboard link'),
      /^http:\/\/127\.0\.0\.1:2766\/#link=ck_/,
    );
    const log = await machine.output(`journalctl -u ${unit} --no-pager`);
    assert.doesNotMatch(log, /ck_/, 'a secret is in the log');
    const verified = await machine.exec(`systemd-analyze verify /etc/systemd/system/${unit}`);
    assert.deepEqual(verified, { code: 0, stdout: '', stderr: '' });
    const score = await machine.exec(`systemd-analyze security --threshold=20 --no-pager ${unit}`);
    assert.equal(score.code, 0, score.stdout);

    const stopped = await mustType(person, 'service stop dashboard', 'sudo');
    assert.match(stopped, /It only asked: jobs run, or do not, as before/);
    await untilMore(person, 2);
    await mustType(person, 'service start dashboard', 'sudo');
    await mustType(person, 'service uninstall dashboard', 'sudo');
    assert.equal(await traces(machine, person), withRunner);
    assert.equal(ownerOf(await person.askAway('status')), runnerService);
    await mustType(person, 'service uninstall runner', 'sudo');
    assert.equal(await traces(machine, person), before);
  },
);

story(
  'a dashboard that schedules is appointed like a runner, and one that asks gives nobody an owner',
  async (machine, person, t) => {
    if (process.env['LONG'] !== '1') return t.skip('takes LONG=1');
    const before = await traces(machine, person);
    const asking = await person.type('service install dashboard --system --port 8099', 'sudo');
    assert.equal(asking.code, 0, asking.stderr);
    assert.match(asking.stderr, /NOTHING WILL RUN THESE JOBS/);
    const alone = await person.askAway('status');
    assert.equal(ownerOf(alone), null);
    assert.deepEqual(alone.at('appointment', 'rule').value, ['auto']);
    assert.equal(dashboardIn(alone)?.number('port'), 8099);
    assert.equal(await knock(machine, 8099), '401');

    const both = await mustType(person, 'service install dashboard --system --schedule', 'sudo');
    assert.match(
      both,
      /Jobs will run: dashboard \(systemd cronkeeper-dashboard-default\.service, proven\)/,
    );
    await untilMore(person, 2);
    const owning = await person.askAway('status');
    assert.equal(ownerOf(owning), dashboardService);
    assert.deepEqual(owning.at('appointment', 'rule').value, [`service ${dashboardService}`]);
    const stopped = await mustType(person, 'service stop dashboard', 'sudo');
    assert.match(stopped, /Nothing will run until it is started again/);
    assert.match(
      await mustType(person, 'service uninstall dashboard', 'sudo'),
      /The owner is again: auto/,
    );
    assert.equal(await traces(machine, person), before);
  },
);
