import assert from 'node:assert/strict';
import { type Json, sleep, until } from '../journeys/program.ts';
import { type Person, stories, traces, untilMore } from './person.ts';

/** A profile that is ticked by a timer. `LONG=1` lets it tick for a quarter of an hour, and switches the machine off for five minutes. */

const isLong = process.env['LONG'] === '1';
const story = stories();
const tick = 'cronkeeper-tick-default';
const minuteMs = 60_000;

const willRun = (said: Json): boolean => said.at('readiness', 'willRun').value === true;

async function mustType(person: Person, words: string): Promise<string> {
  const { code, stdout, stderr } = await person.type(words, 'sudo');
  assert.equal(code, 0, `${words}: ${stdout}${stderr}`);
  return stdout;
}

story(
  'a timer ticks without a process that stays, and counts only while it is armed',
  async (machine, person) => {
    const before = await traces(machine, person);
    const said = await mustType(person, 'service install runner --timer');
    assert.match(said, /Installing systemd-system\/cronkeeper-tick-default\.service/);
    const verified = await machine.exec(`systemd-analyze verify ${tick}.service ${tick}.timer`);
    assert.deepEqual(verified, { code: 0, stdout: '', stderr: '' });
    await untilMore(person, 2);
    const during = await person.ask('status');
    assert.equal(during.text('holder', 'role'), 'timer');
    assert.equal(during.text('holder', 'provenance', 'level'), 'proven');

    // With nothing due, the tick ends and the timer alone stands for it.
    await person.type('pause witness');
    const idle = await until('the tick ends', async () => {
      const status = await person.ask('status');
      return status.at('holder').value === null ? status : undefined;
    });
    assert.equal(idle.text('readiness', 'code'), 'will_run_by_timer');
    const words = idle.text('readiness', 'message');
    assert.match(words, /cronkeeper-tick-default\.timer is armed and ticks in \d+ s/);
    assert.equal(idle.text('readiness', 'by', 'service'), `${tick}.service`);
    assert.equal(idle.text('backends', 'timer', 'state'), 'active');

    await machine.output(`systemctl disable --now ${tick}.timer`);
    const off = await person.ask('status');
    assert.equal(willRun(off), false);
    assert.match(off.text('readiness', 'message'), /not running/);
    const remedy = off.text('readiness', 'remedy', 'text');
    assert.equal(remedy, 'sudo cronkeeper service start runner');
    const started = await mustType(person, remedy.replace('sudo cronkeeper ', ''));
    assert.match(started, /cronkeeper-tick-default\.service: active \((waiting|running)\)/);
    const on = await person.ask('status');
    assert.equal(willRun(on), true, JSON.stringify(on.at('readiness').value));
    const strange = await machine.output(`find ${person.home} ! -user ${person.name}`);
    assert.equal(strange, '', 'files of the home that are not of its user');
    await mustType(person, 'service uninstall runner');
    assert.equal(await traces(machine, person), before);
  },
);

type Run = { readonly fireTime: number; readonly latenessMs: number; readonly cause: string };

async function ranOf(person: Person): Promise<readonly Run[]> {
  const runs = (await person.askAway('runs minute -n 100')).list('runs');
  return runs
    .filter((run) => run.at('startedAt').value !== null)
    .map((run) => ({
      fireTime: Date.parse(run.text('fireTime')),
      latenessMs: run.number('latenessMs'),
      cause: run.text('cause'),
    }))
    .sort((one, other) => one.fireTime - other.fireTime);
}

if (isLong)
  story(
    'a long run and a job of every minute are both on time from the timer, over five minutes without power',
    async (machine, person, t) => {
      await person.type('remove witness');
      await mustType(person, 'service install runner --timer');
      await person.type(`add 'every 1m' --name minute -- true`);
      await person.type(`add 'in 90s' --name long --shell 'sleep 600; exit 7'`);
      await sleep(13 * minuteMs);
      const first = await ranOf(person);
      t.diagnostic(`late by ${first.map(({ latenessMs }) => latenessMs).join(', ')} ms`);
      assert.ok(first.length >= 12);
      for (const [index, { fireTime, latenessMs }] of first.entries()) {
        assert.ok(latenessMs <= 5_000, `late by ${latenessMs} ms`);
        const next = first[index + 1];
        if (next !== undefined) assert.equal(next.fireTime, fireTime + minuteMs);
      }
      const [long] = (await person.askAway('runs long')).list('runs');
      assert.equal(long?.text('outcome'), 'failed');
      assert.equal(long?.number('exitCode'), 7);

      await machine.powerOff();
      await sleep(5 * minuteMs);
      await machine.powerOn();
      await sleep(3 * minuteMs);
      const all = (await person.askAway('runs minute -n 100')).list('runs');
      t.diagnostic(
        all
          .slice(0, 8)
          .map((run) => `${run.text('state')} ${run.text('cause')} ${run.number('count')}`)
          .join(', '),
      );
      const later = (await ranOf(person)).slice(first.length);
      assert.equal(later.filter(({ cause }) => cause === 'catch-up').length, 1);
      assert.ok(later.filter(({ cause }) => cause === 'schedule').length >= 2);
      const decided = all
        .map((run) => ({ at: Date.parse(run.text('fireTime')), count: run.number('count') }))
        .sort((one, other) => one.at - other.at);
      for (const [index, { at, count }] of decided.entries()) {
        const next = decided[index + 1];
        if (next !== undefined) assert.equal(next.at, at + count * minuteMs, 'a gap or a double');
      }
    },
  );
