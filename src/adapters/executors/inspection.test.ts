import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ProcessIdentity } from '../../core/provenance.ts';
import type { ProcessTable } from '../../ports/host.ts';
import { attemptFolder } from './attempt-folder.ts';
import { concludeAttempt, endAttempt, inspectAttempt } from './inspection.ts';

/** No process of this machine has such a number. */
const wrapper: ProcessIdentity = {
  machineId: 'machine',
  bootId: 'boot',
  pidNamespace: '1',
  pid: 2 ** 30,
  startMark: '1',
};
const key = { runId: '01TESTGATE0000000000000001', number: 1 };
const verdict = { outcome: 'cancelled', reason: 'replaced' } as const;

/** An attempt whose wrapper does something each time that somebody looks whether it lives; `look` counts from 1. */
function stage(
  act: (look: number, folder: string) => 'alive' | 'dead',
  onKill: (folder: string) => void = () => {},
) {
  const home = mkdtempSync(join(tmpdir(), 'cronkeeper-inspection-'));
  after(() => rmSync(home, { recursive: true }));
  const folder = attemptFolder(home, key);
  mkdirSync(folder, { recursive: true });
  let looks = 0;
  let boot = 0;
  let kills = 0;
  const processes: ProcessTable = {
    self: () => wrapper,
    life: () => {
      looks += 1;
      return kills > 0 ? 'dead' : act(looks, folder);
    },
    kill: async () => {
      kills += 1;
      onKill(folder);
      return true;
    },
  };
  const clock = {
    now: () => ({ wall: boot, boot }),
    sleep: async (ms: number) => {
      boot += ms;
    },
  };
  const around = { home, processes, clock };
  return {
    inspect: () => inspectAttempt(around, key, wrapper),
    conclude: async (hasStarter: boolean, hasBegun = false) => {
      const watched = { key, process: wrapper, hasStarter, hasBegun };
      const over = await concludeAttempt(around, watched);
      return { over, kills };
    },
    end: async () => {
      await endAttempt(around, key, wrapper, verdict);
      const inspection = await inspectAttempt(around, key, wrapper);
      return { inspection, kills };
    },
  };
}

const record = 'code 143\nwhy replaced\ntruncated 0\nabout \nend\n';

test('an attempt that begins while it is being ended is not killed before its end is recorded', async () => {
  const { inspection, kills } = await stage((look, folder) => {
    if (look === 5) appendFileSync(join(folder, 'began'), 'began 1000\n');
    if (look === 8) writeFileSync(join(folder, 'exit'), record);
    return look < 9 ? 'alive' : 'dead';
  }).end();
  assert.equal(kills, 0);
  assert.equal(inspection.kind, 'ended');
});

test('an attempt whose word to go is on its way is found running, not at its gate', async () => {
  const { inspect } = stage((look, folder) => {
    if (look === 5) appendFileSync(join(folder, 'began'), 'began 1000\n');
    return 'alive';
  });
  assert.equal((await inspect()).kind, 'running');
});

test('an attempt whose gate was shut has not begun', async () => {
  const { inspection, kills } = await stage((look) => (look < 5 ? 'alive' : 'dead')).end();
  assert.deepEqual([inspection.kind, kills], ['not-started', 0]);
});

test('a wrapper that stays at its gate is ended, and has not begun', async () => {
  const { inspection, kills } = await stage(() => 'alive').end();
  assert.deepEqual([inspection.kind, kills], ['not-started', 1]);
});

test('a wrapper at a gate that nobody opens any more is ended, and its attempt has not begun', async () => {
  const { over, kills } = await stage(() => 'alive').conclude(false);
  assert.deepEqual([over, kills], [{ kind: 'not-started' }, 1]);
});

test('one that began in the moment in which it was ended at its gate is lost', async () => {
  const begin = (folder: string): void => appendFileSync(join(folder, 'began'), 'began 1000\n');
  const { over, kills } = await stage(() => 'alive', begin).conclude(false);
  assert.deepEqual([over?.kind, kills], ['lost', 1]);
});

test('a wrapper whose starter lives is not ended: it may serve another attempt', async () => {
  const { over, kills } = await stage(() => 'alive').conclude(true);
  assert.deepEqual([over, kills], [null, 0]);
});

test('an attempt that said it began has not failed to start, although its files are gone', async () => {
  const { over } = await stage(() => 'dead').conclude(true, true);
  assert.deepEqual(over, { kind: 'lost', startedAt: null });
  const silent = await stage(() => 'dead').conclude(true);
  assert.deepEqual(silent.over, { kind: 'not-started' });
});
