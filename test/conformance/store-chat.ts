import assert from 'node:assert/strict';
import type { ProcessIdentity } from '../../src/core/provenance.ts';
import type { ChatTurn } from '../../src/ports/chat.ts';
import { profile, type StoreClaim, start } from './store-samples.ts';

const processOf = (pid: number): ProcessIdentity => ({
  machineId: 'machine',
  bootId: 'boot',
  pidNamespace: '1',
  pid,
  startMark: String(pid),
});
const turnOf = (id: string, fields: Partial<ChatTurn> = {}): ChatTurn => ({
  id,
  profile,
  key: `key ${id}`,
  actor: 'me',
  maker: { kind: 'agent', name: 'me', run: 'R' },
  text: `said ${id}`,
  worker: processOf(1),
  isOpen: true,
  at: start,
  ...fields,
});
const turn = turnOf('a');

export const chatClaims: readonly StoreClaim[] = [
  {
    name: 'a turn is accepted once for each key, with what was asked as its first line',
    async show({ store: { chat } }) {
      assert.equal(await chat.accept(turn), null);
      assert.deepEqual(await chat.accept(turnOf('b', { key: turn.key })), turn);
      assert.equal(await chat.accept(turnOf('c', { key: turn.key, profile: 'other' })), null);
      assert.deepEqual(await chat.open(profile), [turn]);
      assert.deepEqual(await chat.lines(profile, 0, 9), [
        { number: 1, turnId: 'a', at: start, part: { kind: 'asked', text: 'said a' } },
      ]);
    },
  },
  {
    name: 'who asked stands with a turn, and in none of its lines; of one that does not say it nobody is made up',
    async show({ store: { chat } }) {
      await chat.accept(turn);
      await chat.accept(turnOf('b', { maker: null }));
      assert.deepEqual(
        (await chat.open(profile)).map(({ maker }) => maker),
        [turn.maker, null],
      );
      const [first] = await chat.linesOf(profile, 'a');
      assert.deepEqual(first?.part, { kind: 'asked', text: 'said a' });
    },
  },
  {
    name: 'lines of all turns of a profile are numbered without a gap, and read on from any number',
    async show({ store: { chat } }) {
      const other = turnOf('b');
      await chat.accept(turn);
      await chat.accept(other);
      assert.ok(await chat.append(turn, [{ kind: 'text', text: 'x' }], start + 1));
      const card = { kind: 'card', operation: 'status', answer: { a: [1, null] } } as const;
      assert.ok(await chat.append(other, [card, { kind: 'end', how: 'done' }], start + 2));
      const lines = await chat.lines(profile, 0, 99);
      assert.deepEqual(
        lines.map(({ number, turnId }) => [number, turnId]),
        [
          [1, 'a'],
          [2, 'b'],
          [3, 'a'],
          [4, 'b'],
          [5, 'b'],
        ],
      );
      assert.deepEqual(lines[3]?.part, card);
      assert.deepEqual(await chat.lines(profile, 2, 2), lines.slice(2, 4));
      assert.deepEqual(await chat.linesOf(profile, 'b'), [lines[1], lines[3], lines[4]]);
      assert.equal(await chat.newest(profile), 5);
      assert.equal(await chat.newest('other'), 0);
    },
  },
  {
    name: 'nothing is added to a turn that has ended',
    async show({ store: { chat } }) {
      await chat.accept(turn);
      assert.ok(await chat.append(turn, [{ kind: 'end', how: 'done' }], start));
      assert.equal(await chat.append(turn, [{ kind: 'text', text: 'x' }], start), false);
      assert.equal(await chat.takeOver(turn, processOf(2)), false);
      assert.deepEqual(await chat.open(profile), []);
      assert.equal(await chat.newest(profile), 2);
    },
  },
  {
    name: 'one process answers a turn: who lost it to another writes nothing more',
    async show({ store: { chat } }) {
      await chat.accept(turn);
      assert.equal(await chat.takeOver(turn, processOf(2)), true);
      assert.equal(await chat.takeOver(turn, processOf(3)), false);
      assert.equal(await chat.append(turn, [{ kind: 'text', text: 'x' }], start), false);
      const mine = { ...turn, worker: processOf(2) };
      assert.equal(await chat.append(mine, [{ kind: 'text', text: 'y' }], start), true);
      assert.equal(await chat.newest(profile), 2);
    },
  },
  {
    name: 'the newest five hundred turns are kept, and numbers go on',
    async show({ store: { chat } }) {
      for (let count = 0; count < 503; count += 1)
        await chat.accept(turnOf(String(count).padStart(4, '0')));
      const [first] = await chat.lines(profile, 0, 1);
      assert.equal(first?.turnId, '0003');
      assert.equal(first.number, 4);
      assert.equal(await chat.newest(profile), 503);
    },
  },
  {
    name: 'each line is told as an event of its turn',
    async show({ store }) {
      const from = await store.events.newest();
      await store.chat.accept(turn);
      await store.chat.append(turn, [{ kind: 'text', text: 'x' }], start);
      const told = await store.events.after(from, 9);
      assert.equal(told.kind, 'events');
      const chats = told.kind === 'events' ? told.events.filter(({ kind }) => kind === 'chat') : [];
      assert.deepEqual(
        chats.map(({ subject }) => subject),
        ['a', 'a'],
      );
    },
  },
];
