import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { makeHomeDoor } from './home-door.ts';

const { username: name, uid, gid, homedir: folder } = userInfo();
const account = { name, uid, gid, folder, shell: '/bin/sh' };
const doorTo = (line: string) =>
  makeHomeDoor(account, ['/bin/sh', '-c', line], { home: '/nowhere', profile: null });

test('who gives no answer in time is told apart from who cannot work there', async () => {
  await assert.rejects(doorTo('exec sleep 30').ask(['status'], { withinMs: 200 }), {
    code: 'service_failed',
    message: /no answer within 200ms and was ended; what it had done is unknown/,
  });
  await assert.rejects(doorTo('echo broken >&2').ask(['status']), {
    code: 'service_failed',
    message: /does not work for user .*: broken/,
  });
  assert.deepEqual(await doorTo('cat').ask([], { input: '{"told": 1}' }), { told: 1 });
});
