import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { CommandLook } from '../../core/probe.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LoopAnswer, ReceptionHandlers } from '../../ports/neighbours.ts';
import {
  longestLineBytes,
  longestQuestionBytes,
  readQuestion,
  readReply,
  toLine,
} from './messages.ts';
import { makeNeighbours } from './neighbours.ts';
import { makeReception } from './reception.ts';

const answer: LoopAnswer = {
  instanceId: 'ID',
  profile: 'default',
  epoch: 7,
  overdueMs: 0,
  running: 1,
  queued: 2,
};

/** Does nothing but answer. */
const silent: Omit<ReceptionHandlers, 'answer'> = {
  poked: () => {},
  environment: () => ({}),
  examine: async () => null,
};

/** A clock whose sleeps end when the test says so, or when they are aborted. */
function makeStillClock() {
  const sleeping = new Set<{ readonly ms: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => ({ wall: 0, boot: 0 }),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { ms, wake: () => finish() };
        const finish = (): void => {
          sleeping.delete(sleeper);
          resolve();
        };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', finish, { once: true });
        if (signal?.aborted) finish();
      }),
  };
  /** Ends all sleeps of this length; answers how many there were. */
  const wake = (ms: number): number => {
    const due = [...sleeping].filter((each) => each.ms === ms);
    for (const { wake } of due) wake();
    return due.length;
  };
  return { clock, wake };
}

async function until(isTrue: () => boolean): Promise<void> {
  const endsAt = Date.now() + 5_000;
  while (!isTrue()) {
    assert.ok(Date.now() < endsAt, 'it did not happen within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function makeHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'n-'));
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

async function openReception(t: TestContext, changes: Partial<ReceptionHandlers> = {}) {
  const handlers: ReceptionHandlers = {
    ...silent,
    answer: () => Promise.resolve(answer),
    ...changes,
  };
  const { clock, wake } = makeStillClock();
  const reception = makeReception({
    home: makeHome(t),
    instanceId: 'ID',
    fallbackDir: '/nowhere',
    clock,
  });
  await reception.open(handlers);
  t.after(() => reception.close());
  return { reception, wake };
}

/** Connects, sends and collects what comes until the connection closes. */
async function talk(path: string, sent: string | Buffer): Promise<string> {
  const socket = connect(path);
  let heard = '';
  socket.on('data', (part) => {
    heard += String(part);
  });
  socket.on('error', () => {});
  socket.write(sent);
  // Not by `once`, which would fail when the other end resets the connection.
  await new Promise((resolve) => socket.once('close', resolve));
  return heard;
}

test('a question is answered by the loop, a poke wakes it, and the socket is private', async (t) => {
  let pokes = 0;
  const { reception } = await openReception(t, {
    answer: () => Promise.resolve(answer),
    poked: () => {
      pokes += 1;
    },
  });
  const { clock } = makeStillClock();
  const neighbours = makeNeighbours(clock);
  assert.deepEqual(await neighbours.ask(reception.path, 1_000), answer);
  await neighbours.poke(reception.path);
  assert.equal(pokes, 1);
  assert.equal(statSync(reception.path).mode & 0o777, 0o600);
});

test('there is no answer when nobody is there, when the loop fails, and when it is stuck', async (t) => {
  const { clock, wake } = makeStillClock();
  const neighbours = makeNeighbours(clock);
  assert.equal(await neighbours.ask('/nowhere/at/all.sock', 1_000), null);
  await neighbours.poke('/nowhere/at/all.sock');
  const failing = await openReception(t, {
    answer: () => Promise.reject(new Error('no')),
    poked: () => {},
  });
  assert.equal(await neighbours.ask(failing.reception.path, 1_000), null);
  let asked = false;
  const stuck = await openReception(t, {
    answer: () => {
      asked = true;
      return new Promise<LoopAnswer>(() => {});
    },
    poked: () => {},
  });
  const asking = neighbours.ask(stuck.reception.path, 777);
  await until(() => asked);
  assert.equal(wake(777), 1);
  assert.equal(await asking, null);
});

test('a reply that is no answer is no answer', async (t) => {
  const path = join(makeHome(t), 'run', 'liar.sock');
  for (const reply of [
    '{}\n',
    'null\n',
    '[]\n',
    '{"kind":"ok"}\n',
    '{"kind":"answer","answer":{"instanceId":"ID"}}\n',
    `${'x'.repeat(longestLineBytes + 1)}\n`,
    '',
  ]) {
    const server = createServer((socket) => socket.resume().end(reply)).listen(path);
    await once(server, 'listening');
    assert.equal(await makeNeighbours(makeStillClock().clock).ask(path, 1_000), null);
    server.close();
    await once(server, 'close');
  }
});

test('a malformed or oversized question ends its own connection and no other', async (t) => {
  const { reception } = await openReception(t);
  const { clock } = makeStillClock();
  let isGone = false;
  const watch = makeNeighbours(clock).watch(reception.path, () => {
    isGone = true;
  });
  t.after(() => watch.close());
  for (const sent of [
    'nonsense\n',
    '{"kind":"ASK"}\n',
    '[]\n',
    'null\n',
    '{"kind":"ask"\n',
    'x'.repeat(longestQuestionBytes + 1),
    Buffer.alloc(100_000, 0xff),
  ])
    assert.equal(await talk(reception.path, sent), '');
  assert.equal(await talk(reception.path, '{"kind":"poke"}\n'), '{"kind":"ok"}\n');
  assert.equal(isGone, false);
});

test('a question that never comes ends its connection at the deadline', async (t) => {
  const { reception, wake } = await openReception(t);
  const silent = talk(reception.path, '{"kind":"a');
  await until(() => wake(2_000) > 0);
  assert.equal(await silent, '');
});

test('a question in pieces, or with more behind it, is answered once', async (t) => {
  const { reception } = await openReception(t);
  const socket = connect(reception.path);
  let heard = '';
  socket.on('data', (part) => {
    heard += String(part);
  });
  for (const part of ['{"ki', 'nd":"po', 'ke"}\n{"kind":"poke"}\n']) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await once(socket, 'close');
  assert.equal(heard, '{"kind":"ok"}\n');
});

test('too many askers are told so, and a watcher among them does not take the process for dead', async (t) => {
  const { reception, wake } = await openReception(t);
  const idle = Array.from({ length: 64 }, () => connect(reception.path));
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  assert.equal(await talk(reception.path, '{"kind":"poke"}\n'), '{"kind":"busy"}\n');
  const still = makeStillClock();
  let gone = 0;
  const watch = makeNeighbours(still.clock).watch(reception.path, () => {
    gone += 1;
  });
  t.after(() => watch.close());
  // It tries again after a pause, for as long as it is busy there.
  await until(() => still.wake(1_000) > 0);
  await until(() => still.wake(1_000) > 0);
  assert.equal(gone, 0);
  wake(2_000);
  await Promise.all(idle.map((socket) => once(socket, 'close')));
  still.wake(1_000);
  await until(() => still.wake(1_000) === 0);
  await reception.close();
  await until(() => gone + still.wake(1_000) > 0);
  await until(() => gone === 1);
});

test('no more than 256 may watch at a time', async (t) => {
  const { reception } = await openReception(t);
  const replies = new Map<string, number>();
  for (let watcher = 0; watcher < 260; watcher += 1) {
    const socket = connect(reception.path);
    t.after(() => socket.destroy());
    socket.write('{"kind":"watch"}\n');
    const [reply]: unknown[] = await once(socket, 'data');
    replies.set(String(reply), (replies.get(String(reply)) ?? 0) + 1);
  }
  assert.equal(replies.get('{"kind":"watching"}\n'), 256);
  assert.equal(replies.get('{"kind":"busy"}\n'), 4);
});

test('a watch reports an unreachable socket once, but not before it has returned', async () => {
  let gone = 0;
  makeNeighbours(makeStillClock().clock).watch('/nowhere/at/all.sock', () => {
    gone += 1;
  });
  assert.equal(gone, 0);
  await until(() => gone === 1);
});

test('a closed watch reports nothing, however early it is closed', async (t) => {
  const { reception } = await openReception(t);
  const neighbours = makeNeighbours(makeStillClock().clock);
  const gone: string[] = [];
  const early = neighbours.watch(reception.path, () => gone.push('early'));
  const late = neighbours.watch(reception.path, () => gone.push('late'));
  neighbours.watch(reception.path, () => gone.push('kept'));
  early.close();
  // By the time this is answered, the watches before it have been served.
  await neighbours.ask(reception.path, 1_000);
  late.close();
  late.close();
  await reception.close();
  await until(() => gone.includes('kept'));
  assert.deepEqual(gone, ['kept']);
});

test('a second process does not take the socket of a living one', async (t) => {
  const home = makeHome(t);
  const { clock } = makeStillClock();
  const open = () => {
    const reception = makeReception({ home, instanceId: 'ID', fallbackDir: '/nowhere', clock });
    t.after(() => reception.close());
    return reception.open({ ...silent, answer: () => Promise.resolve(answer) });
  };
  await open();
  await assert.rejects(open(), /Another process listens/);
});

test('a home with a long path is reached through the fallback folder', async (t) => {
  const home = join(makeHome(t), 'long'.repeat(30));
  const fallbackDir = join(makeHome(t), 'fallback');
  const { clock } = makeStillClock();
  const reception = makeReception({ home, instanceId: 'ID', fallbackDir, clock });
  await reception.open({ ...silent, answer: () => Promise.resolve(answer) });
  t.after(() => reception.close());
  assert.equal(reception.path, join(fallbackDir, 'ID.sock'));
  assert.deepEqual(await makeNeighbours(clock).ask(reception.path, 1_000), answer);
});

test('no text is mistaken for a message, and messages survive the way', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (text, value) => {
      readQuestion(text);
      readReply(text);
      readQuestion(JSON.stringify(value));
      readReply(JSON.stringify(value));
      assert.equal(
        readQuestion(JSON.stringify({ kind: text })),
        ['ask', 'poke', 'watch'].find((each) => each === text) ?? null,
      );
    }),
  );
  const reply = { kind: 'answer', answer: { ...answer, epoch: null } } as const;
  assert.deepEqual(readReply(toLine(reply).trimEnd()), reply);
});

test('a command is looked at where it would begin, and silence is no answer', async (t) => {
  const look: CommandLook = {
    program: 'report',
    word: null,
    cwd: '/home',
    path: '/x'.repeat(5_000),
  };
  const hindrance = { code: 'command_not_found', message: 'There is no command.' } as const;
  const asked: CommandLook[] = [];
  const { reception } = await openReception(t, {
    examine: async (one) => {
      asked.push(one);
      if (one.program === 'stuck') throw new Error('not to be found out');
      return one.program === 'report' ? hindrance : null;
    },
  });
  const neighbours = makeNeighbours(makeStillClock().clock);
  const ask = (one: CommandLook) => neighbours.examine(reception.path, one, 1_000);
  assert.deepEqual(await ask(look), { hindrance });
  assert.deepEqual(asked, [look]);
  assert.deepEqual(await ask({ ...look, program: 'true', path: null, word: 'x' }), {
    hindrance: null,
  });
  assert.equal(await ask({ ...look, program: 'stuck' }), null);
  assert.equal(await neighbours.examine('/nowhere/at/all.sock', look, 1_000), null);
  for (const wrong of [null, { ...look, cwd: 7 }, { ...look, path: 7 }, { ...look, word: 7 }])
    assert.equal(await talk(reception.path, toLine({ kind: 'examine', look: wrong })), '');
  assert.equal(readReply(toLine({ kind: 'examined', hindrance: { code: 'made up' } })), null);
});

test('the environment that runs inherit is told, however long it is', async (t) => {
  const names = { PATH: `/${'x'.repeat(100_000)}`, LANG: 'C' };
  const { reception } = await openReception(t, { environment: () => names });
  const neighbours = makeNeighbours(makeStillClock().clock);
  assert.deepEqual(await neighbours.environment(reception.path, 1_000), names);
  assert.equal(await neighbours.environment('/nowhere/at/all.sock', 1_000), null);
  const line = toLine({ kind: 'environment', names: { PATH: 7 } });
  assert.equal(readReply(line), null);
});
