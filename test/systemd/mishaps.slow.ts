import assert from 'node:assert/strict';
import { type Json, until } from '../journeys/program.ts';
import type { Machine } from './machine.ts';
import { type Person, packageFolder, quote, stories, traces, untilMore } from './person.ts';

/** Bad input and bad luck around services of a real systemd: a clear answer, and nothing half done. `LONG=1` tries more of each. */

const isLong = process.env['LONG'] === '1';

const story = stories();
const unit = 'cronkeeper-default.service';
const file = `/etc/systemd/system/${unit}`;
const install = 'service install runner';

async function refused(person: Person, words: string, code: string, how?: 'sudo'): Promise<Json> {
  const answer = await person.ask(words, how);
  assert.equal(answer.text('error', 'code'), code, JSON.stringify(answer.value));
  return answer.at('error');
}

/** As root without sudo, for this user. */
const asRoot = (machine: Machine, { name }: Person, words: string, prefix = '') =>
  machine.exec(`${prefix} ${packageFolder}/bin/cronkeeper --json ${words} --run-as ${name}`);

story('what cannot be installed is refused, and nothing was touched', async (machine, person) => {
  const before = await traces(machine, person);
  const rights = await refused(person, `${install} --system`, 'not_permitted');
  assert.equal(
    rights.text('remedy', 'text'),
    `sudo ${packageFolder}/bin/cronkeeper service install runner --system -p default --run-as ${person.name}`,
  );
  // Nobody is logged in: the user has no service manager, so the answer is a service of the machine.
  const away = await person.askAway(`${install} --user`);
  assert.equal(away.text('error', 'code'), 'service_manager_silent');
  assert.equal(away.text('error', 'remedy', 'text'), rights.text('remedy', 'text'));
  const root = await machine.exec(`${packageFolder}/bin/cronkeeper --json ${install}`);
  assert.match(root.stdout, /root is never assumed/);
  await refused(person, `${install} --run-as nosuch`, 'user_unknown', 'sudo');
  await refused(person, `${install} -p nosuch`, 'profile_unknown', 'sudo');
  await refused(person, `${install} -p ../../x`, 'name_invalid', 'sudo');
  await refused(person, 'service stop runner', 'service_unknown', 'sudo');
  await refused(person, 'service uninstall runner', 'service_unknown', 'sudo');

  const foreigners = [
    `printf '[Service]\\nExecStart=/bin/true\\n' > /run/systemd/system/${unit}`,
    `printf '[Service]\\nExecStart=/bin/true\\n' > ${file}`,
    `ln -s /dev/null ${file}`,
    `ln -s /etc/passwd ${file}`,
  ];
  for (const foreign of isLong ? foreigners : foreigners.slice(0, 1)) {
    await machine.output(`${foreign}; systemctl daemon-reload`);
    const untouched = await traces(machine, person);
    await refused(person, install, 'service_foreign', 'sudo');
    await refused(person, 'service uninstall runner', 'service_foreign', 'sudo');
    assert.equal(await traces(machine, person), untouched, foreign);
    await machine.output(`rm -f ${file} /run/systemd/system/${unit}; systemctl daemon-reload`);
  }

  await machine.output(
    `mount --bind ${person.home} ${person.home}; mount -o remount,bind,ro ${person.home}`,
  );
  await refused(person, install, 'home_unusable', 'sudo').catch(async (error: unknown) => {
    // Which of the two it is depends on how the file system says no.
    await refused(person, install, 'store_read_only', 'sudo').catch(() =>
      assert.fail(String(error)),
    );
  });
  await machine.output(`umount ${person.home}`);
  assert.equal(await traces(machine, person), before);
});

story('a service that cannot run is taken back, whole', async (machine, person) => {
  await machine.output(
    `mkdir -p ${file}.d; printf '[Service]\\nExecStart=\\nExecStart=/bin/sh -c "echo broken for a reason; exit 3"\\n' > ${file}.d/own.conf`,
  );
  const before = await traces(machine, person);
  const error = await refused(person, install, 'service_failed', 'sudo');
  assert.match(error.text('message'), /broken for a reason/);
  assert.equal(await traces(machine, person), before);
  assert.equal((await person.ask('status')).at('appointment').text('kind'), 'auto');
  assert.match(await machine.output(`systemctl is-active ${unit} || true`), /inactive/);
  await machine.output(`rm -r ${file}.d; systemctl daemon-reload`);
});

story(
  'an installation that is killed anywhere can be completed, and can be taken away',
  async (machine, person) => {
    const before = await traces(machine, person);
    let interrupted = 0;
    for (const afterSeconds of isLong ? [0.5, 0.8, 1.1, 1.5, 2] : [0.7, 1.3]) {
      const { code } = await asRoot(machine, person, install, `timeout -s KILL ${afterSeconds}`);
      if (code !== 0) interrupted += 1;
      const done = await asRoot(machine, person, 'service uninstall runner');
      if (done.code !== 0) assert.match(done.stdout, /service_unknown/);
      // What was on its way when it was killed has arrived by now.
      await until('it is as before', async () => {
        if ((await traces(machine, person)) === before) return true;
        await asRoot(machine, person, 'service uninstall runner');
        return undefined;
      });
    }
    assert.ok(interrupted >= 1, `${interrupted} were interrupted`);
    assert.equal((await person.ask('status')).at('appointment').text('kind'), 'auto');
    await asRoot(machine, person, install, 'timeout -s KILL 1.2');
    const completed = await asRoot(machine, person, install);
    assert.equal(completed.code, 0, completed.stdout);
    const twice = await asRoot(machine, person, install);
    assert.match(twice.stdout, /"changed": false/);
    await untilMore(person, 2);
    await asRoot(machine, person, 'service uninstall runner');
    assert.equal(await traces(machine, person), before);
  },
);

story(
  'a restart leaves runs alive, a stop ends them and says what it means',
  async (machine, person) => {
    assert.equal((await person.type(install, 'sudo')).code, 0);
    await person.ask(`add 'every 1d' --name long --shell 'sleep 60'`);
    await person.ask('run long');
    const pidOf = async (): Promise<number> =>
      (await person.ask('runs long')).number('runs', 0, 'attempts', 0, 'pid');
    const pid = await until('the run has begun', () => pidOf().catch(() => undefined));
    assert.equal((await person.type('service restart runner', 'sudo')).code, 0);
    assert.equal((await machine.exec(`kill -0 ${pid}`)).code, 0, 'the run did not go on');
    const said = await person.type('service logs runner -n 3', 'sudo');
    assert.equal(said.stdout.trim().split('\n').length, 3);
    assert.equal((await person.type('service status runner')).code, 0);
    const stopped = await person.type('service stop runner', 'sudo');
    assert.match(
      stopped.stdout,
      /Nothing will run until it is started again: 2 jobs of profile "default" wait\./,
    );
    assert.match(stopped.stdout, /→ sudo cronkeeper service start runner$/m);
    assert.notEqual((await machine.exec(`kill -0 ${pid}`)).code, 0, 'the run was not ended');
    assert.equal((await person.type('service status runner')).code, 4);
    await person.type('service uninstall runner', 'sudo');
  },
);

if (isLong)
  story(
    'what a person typed before it was installed decides who is appointed',
    async (_, person) => {
      const rule = 'role gateway';
      await person.ask(`owner appoint ${rule} --reason before`);
      const left = await person.type(install, 'sudo');
      assert.equal(left.code, 0, left.stderr);
      assert.match(left.stdout, /may not own the profile: the owner is role gateway/);
      const [, line = ''] =
        /To let it stand by: cronkeeper (.*) --reason TEXT/.exec(left.stdout) ?? [];
      assert.equal(line, `owner appoint 'role gateway' --then 'service systemd-system/${unit}'`);
      const now = quote('it is here now');
      const appointed = await person.ask(`${install} --appoint --reason ${now}`, 'sudo');
      assert.equal(appointed.at('isAppointed').value, true);
      await person.type('service uninstall runner', 'sudo');
      assert.deepEqual((await person.ask('owner show')).at('appointment', 'rule').value, [rule]);
    },
  );
