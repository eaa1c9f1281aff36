import assert from 'node:assert/strict';
import { type Json, until } from '../journeys/program.ts';
import { type Person, stories } from './person.ts';

/** The commands that stand beside warnings on a machine with a service manager, typed as they stand there. */

const story = stories();

/** As the person, or through sudo where only root may. */
async function obey(person: Person, said: Json, expected: string, how?: 'sudo'): Promise<void> {
  assert.equal(said.text('remedy', 'kind'), 'command');
  assert.equal(said.text('remedy', 'text'), expected);
  const { code, stdout, stderr } = expected.startsWith('cronkeeper ')
    ? await person.type(expected.slice('cronkeeper '.length), how)
    : await person.login(expected);
  assert.equal(code, 0, stdout + stderr);
}

story(
  'a job that needs a gateway gets one by the command that its answer names',
  async (_machine, person) => {
    const added = await person.ask(`add 'every 1h' --name news --require role=gateway -- true`);
    await obey(person, added.at('readiness'), 'cronkeeper service install gateway', 'sudo');
    const news = await person.ask('show news');
    assert.equal(news.at('readiness', 'willRun').value, true);
  },
);

story(
  'a timer that is appointed and missing is installed by the command that the status names',
  async (_machine, person) => {
    await person.ask('owner appoint role timer --reason test');
    const before = await person.ask('status');
    assert.equal(before.at('readiness', 'willRun').value, false);
    await obey(person, before.at('readiness'), 'cronkeeper service install runner --timer', 'sudo');
    const after = await person.ask('status');
    assert.match(after.text('readiness', 'code'), /^will_run/);
  },
);

story(
  'lingering that was turned off is turned on by the command that the doctor names',
  async (machine, person) => {
    const { code, stderr } = await person.type('service install runner --user');
    assert.equal(code, 0, stderr);
    await machine.output(`loginctl disable-linger ${person.name}`);
    const lingerOf = async (): Promise<Json> => {
      const findings = (await person.ask('doctor')).list('findings');
      const [linger] = findings.filter((finding) => finding.text('check') === 'linger');
      assert.ok(linger !== undefined);
      return linger;
    };
    const before = await lingerOf();
    assert.equal(before.text('state'), 'problem');
    await obey(person, before, 'loginctl enable-linger');
    await until('it lingers', async () =>
      (await lingerOf()).text('state') === 'ok' ? true : undefined,
    );
  },
);
