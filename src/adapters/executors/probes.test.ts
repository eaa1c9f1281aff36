import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AskStarter, examineCommand, probeRequirement } from './probes.ts';
import type { ToStarter } from './protocol.ts';

test('a probe is loaded by nothing that a job names', async () => {
  const asked: ToStarter[] = [];
  const ask: AskStarter = async (question) => {
    asked.push(question(asked.length));
    return { kind: 'probed', id: asked.length, unmet: null };
  };
  const env = { PATH: '/bin', TOKEN: 't', LD_PRELOAD: '/evil.so', BASH_ENV: '/evil.sh' };
  const place = { env, cwd: '/' };
  assert.equal(await probeRequirement(ask, { kind: 'readable', path: '/mail' }, place), null);
  assert.equal(await examineCommand(ask, { ...place, argv: ['true'] }), null);
  const given = asked.map((question) => 'env' in question && question.env);
  assert.deepEqual(given, Array(2).fill({ PATH: '/bin', TOKEN: 't' }));
});
