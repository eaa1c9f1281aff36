import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameCommand } from './command-name.ts';

const cases: readonly { argv: string[]; is: string }[] = [
  {
    argv: ['/usr/bin/node', '/opt/x/cronkeeper.js', 'runner', '-p', 'la'],
    is: 'node cronkeeper.js runner',
  },
  {
    argv: ['node', '--inspect', 'a/b.ts', '--token', 'hunter2', 'gateway', 'run'],
    is: 'node b.ts gateway run',
  },
  {
    argv: ['/usr/bin/python3.12', '-m', 'hermes', 'dashboard', '--desktop'],
    is: 'python3.12 hermes hermes dashboard --desktop',
  },
  { argv: ['mysql', '-psecret', 'secret'], is: 'mysql' },
  { argv: ['sh', '-c', 'curl -H "authorization: secret"'], is: 'sh' },
  { argv: ['nginx: master process /usr/sbin/nginx'], is: 'nginx' },
  { argv: ['/lib/systemd/systemd', '--user'], is: 'systemd' },
  { argv: ['/Applications/My'], is: 'My' },
  { argv: [''], is: 'kworker/0:1' },
];
for (const { argv, is } of cases)
  test(`"${argv.join(' ')}" is named "${is}"`, () => {
    assert.equal(nameCommand('kworker/0:1', argv), is);
  });

test('a name has at most 80 characters and no control character, and a secret argument is not in it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string({ unit: 'binary' })),
      (comm, argv) => {
        const name = nameCommand(comm, ['node', ...argv, 'S3CRET', '--key=S3CRET', comm]);
        assert.ok(name.length <= 80);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the claim is that there are none
        assert.doesNotMatch(name, /[\u0000-\u001f\u007f-\u009f]|S3CRET/);
      },
    ),
  );
});
