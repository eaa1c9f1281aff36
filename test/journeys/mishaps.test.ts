import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { launcher, until } from './program.ts';
import { journey } from './story.ts';

/** What goes wrong in an ordinary day, and what is said then. */

journey('a reader that has read enough gets no stack trace', async (person) => {
  const line = `for verb in list status --help; do "$0" $verb --json | true; "$0" $verb | head -c 1; done 2>&1`;
  const said = execFileSync('/bin/sh', ['-c', line, launcher], { env: person.env }).toString();
  assert.doesNotMatch(said, /EPIPE|node:/);
});

journey('the unit that is printed for a service manager can be executed', async (person) => {
  const options = ['--dry-run', '--system', '--run-as', userInfo().username];
  const { out } = await person.type(['service', 'install', 'runner', ...options]);
  const line = /^ExecStart=(.*)$/m.exec(out)?.[1] ?? '';
  const [node = '', bundle = '', ...verb] = [...line.matchAll(/"([^"]*)"/g)].map(
    ([, word = '']) => word,
  );
  assert.deepEqual(verb.slice(0, 3), ['runner', '-p', 'default']);
  const said = execFileSync(node, [bundle, '--version'], { env: person.env }).toString();
  assert.match(said, /^cronkeeper \d/);
});

journey(
  'a job that is asked for while it still runs says that this is the run that goes on',
  async (person) => {
    person.start(['runner']);
    await person.type(['add', 'every 1h', '--name', 'long', '--', 'sleep', '30']);
    const first = await until('a runner takes it', async () => {
      const { code, answer } = await person.ask(['run', 'long']);
      return code === 0 ? answer.text('run', 'id') : undefined;
    });
    const { code, out } = await person.type(['run', 'long']);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^Running long +${first}\\n`));
    assert.match(out, /It was asked for before/);
    await person.type(['cancel', first]);
  },
);

journey('a backup replaces a store that cannot be read any more', async (person) => {
  await person.type(['add', 'every 1h', '--name', 'kept', '--', 'true']);
  await person.type(['backup', person.file('copy')]);
  for (const end of ['-wal', '-shm']) rmSync(person.file(`cronkeeper.db${end}`), { force: true });
  writeFileSync(person.file('cronkeeper.db'), 'no database', { mode: 0o600 });
  assert.match((await person.type(['status'])).err, /cronkeeper restore FILE/);
  const restored = await person.type(['restore', person.file('copy')]);
  assert.equal(restored.code, 0, restored.err);
  assert.match((await person.type(['list'])).out, /^kept /m);
});

journey('a setting that nobody knows is told with the file to mend', async (person) => {
  await person.type(['list']);
  writeFileSync(person.file('config.yaml'), 'colour: red\n', { mode: 0o600 });
  const { code, err } = await person.type(['config', 'list']);
  assert.equal(code, 2);
  assert.match(err, /Take it out of .*config\.yaml/);
});

journey('a file that is not there is a mistake of typing, not of the program', async (person) => {
  for (const verb of [['apply'], ['import', 'crontab']]) {
    const { code, err } = await person.type([...verb, 'nowhere']);
    assert.equal(code, 2);
    assert.match(err, /there is no such file/);
  }
});
