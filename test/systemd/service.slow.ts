import assert from 'node:assert/strict';
import { type Json, sleep, until } from '../journeys/program.ts';
import type { Machine } from './machine.ts';
import { type Person, packageFolder, quote, stories, traces, untilMore } from './person.ts';

/** Services of ours in a real systemd: put in, taken out, and what becomes of them when the power fails. `LONG=1` takes longer ways. */

const isLong = process.env['LONG'] === '1';

const story = stories();
const unit = 'cronkeeper-default.service';

const willRun = (said: Json): boolean => said.at('readiness', 'willRun').value === true;

async function mustType(person: Person, words: string, how?: 'sudo'): Promise<string> {
  const { code, stdout, stderr } = await person.type(words, how);
  assert.equal(code, 0, `${words}: ${stdout}${stderr}`);
  return stdout;
}

/** No file of the home belongs to anybody else. */
async function assertOwnHome(machine: Machine, person: Person): Promise<void> {
  const strange = await machine.output(`find ${person.home} ! -user ${person.name}`);
  assert.equal(strange, '', 'files of the home that are not of its user');
  assert.notEqual(await machine.output(`find ${person.home} -user ${person.name}`), '');
}

/** Every due time of the witness from its first to its last decision is decided exactly once. */
function assertNoGap(runs: readonly Json[]): void {
  const decided = runs
    .map((run) => ({
      from: Date.parse(run.text('fireTime')),
      count: run.number('count'),
    }))
    .sort((one, other) => one.from - other.from);
  assert.ok(decided.length > 3);
  for (const [index, { from, count }] of decided.entries()) {
    const next = decided[index + 1];
    if (next !== undefined) assert.equal(next.from, from + count * 1_000, 'a gap or a double');
  }
}

story(
  'A3: a runner of the machine, installed through sudo, is proven, confined, and there again after the power failed',
  async (machine, person, t) => {
    const before = await traces(machine, person);
    const said = await mustType(person, 'service install runner --system', 'sudo');
    assert.match(
      said,
      /^Installing .*home \/home\/ana\d+\/\.cronkeeper, profile "default", 1 job,/,
    );
    assert.match(said, /Jobs will run: runner \(systemd cronkeeper-default\.service, proven\)/);
    assert.match(
      said,
      /Chain: systemd → cronkeeper-default\.service \(pid \d+\) → starter \(pid \d+\)/,
    );
    await assertOwnHome(machine, person);
    const verified = await machine.exec(`systemd-analyze verify /etc/systemd/system/${unit}`);
    assert.deepEqual(verified, { code: 0, stdout: '', stderr: '' });
    const score = await machine.exec(`systemd-analyze security --threshold=25 --no-pager ${unit}`);
    t.diagnostic(score.stdout.trim().split('\n').at(-1) ?? '');
    assert.equal(score.code, 0, score.stdout);
    await untilMore(person, 2);

    await machine.powerOff();
    await sleep(3_000);
    await machine.powerOn();
    // A confined service of a container cannot tell its reboots apart, and waits for the lease of its predecessor to run out.
    await untilMore(person, 2, 45_000);
    const sessions = await machine.output('loginctl list-sessions --no-legend');
    assert.equal(sessions.trim(), '', 'somebody is logged in');
    const after = await person.askAway('status');
    assert.equal(after.text('holder', 'provenance', 'level'), 'proven');
    assert.equal(after.text('holder', 'provenance', 'service'), `systemd-system/${unit}`);
    assertNoGap((await person.askAway('runs witness -n 500')).list('runs'));
    await assertOwnHome(machine, person);

    const gone = await mustType(person, 'service uninstall runner', 'sudo');
    assert.match(gone, /The owner is again: auto/);
    assert.equal(await traces(machine, person), before);
    assert.equal(willRun(await person.ask('status')), false);
    // Nobody types a command about ownership: whoever starts a scheduler now has one.
    await machine.output(
      `systemd-run --quiet --unit=by-hand --uid=${person.name} -E HOME=${person.folder} ${packageFolder}/bin/cronkeeper up`,
    );
    await untilMore(person, 2);
    await machine.output('systemctl stop by-hand');
  },
);

story(
  'a runner of a user runs while nobody is logged in when the user lingers, and the installer says when not',
  async (machine, person) => {
    const before = await traces(machine, person);
    // The administrator of this machine keeps lingering to himself.
    const rules = '/etc/polkit-1/rules.d/10-linger.rules';
    const rule = `polkit.addRule(function(action) { if (action.id.indexOf("linger") > 0) return polkit.Result.NO; });`;
    await machine.output(
      `printf %s ${quote(rule)} > ${rules}; chown polkitd ${rules}; systemctl restart polkit`,
    );
    const said = await mustType(person, 'service install runner --user');
    const [, remedy = ''] = /It runs only while .* is logged in\..*: (.*)$/m.exec(said) ?? [];
    assert.equal(remedy, `sudo loginctl enable-linger ${person.name}`);
    assert.match(
      said,
      /Jobs will run: runner \(systemd user cronkeeper-default\.service, proven\)/,
    );
    // The session of the installer is over, and it was the last one.
    const left = await until('it ends with the session', async () => {
      const status = await person.askAway('status');
      return willRun(status) ? undefined : status;
    });
    assert.match(left.text('readiness', 'message'), /it is not running/);

    await person.login(remedy);
    await until('it runs with nobody logged in', async () => {
      const sessions = await machine.output('loginctl list-sessions --no-legend');
      return sessions.trim() === '' && willRun(await person.askAway('status')) ? true : undefined;
    });
    await untilMore(person, 2);
    if (isLong) {
      await machine.powerOff();
      await machine.powerOn();
      await untilMore(person, 2);
    }
    const after = await person.askAway('status');
    assert.equal(after.text('holder', 'provenance', 'service'), `systemd-user/${unit}`);
    assert.equal(after.text('holder', 'provenance', 'level'), 'proven');

    await mustType(person, 'service uninstall runner');
    await person.login(`sudo loginctl disable-linger ${person.name}`);
    await machine.output(`rm ${rules}; systemctl restart polkit`);
    assert.equal(await traces(machine, person), before);
    // Where lingering may be turned on, that is done, and undone.
    await mustType(person, 'service install runner --user');
    await machine.output(`test -e /var/lib/systemd/linger/${person.name}`);
    await mustType(person, 'service uninstall runner --user');
    assert.equal(await traces(machine, person), before);
  },
);
