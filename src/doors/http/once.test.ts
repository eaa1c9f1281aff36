import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from '../../../test/operations/world.ts';
import type { Credential } from '../../core/access.ts';
import { Refusal } from '../../core/refusal.ts';
import { Once, type Sent, type Wish } from './once.ts';

const caller: Credential = {
  id: 'browser',
  kind: 'session',
  name: 'link',
  scope: 'admin',
  profiles: null,
  createdAt: 0,
  createdBy: 'test',
  expiresAt: null,
  usedAt: null,
};
const click: Wish = { caller, key: null, question: 'run it', isRepeatable: false, isClick: true };
const done: Sent = { status: 200, body: '{}', isRepeated: false };
const refuse = async (): Promise<Sent> => {
  throw new Refusal('owner_absent', 'Nobody would run it now.');
};

test('a click that was refused is asked anew, because somebody may have come meanwhile', async () => {
  const { context } = await openWorld();
  const once = new Once();
  const both = [once.answer(context, click, refuse), once.answer(context, click, refuse)];
  for (const each of both) await assert.rejects(each, { code: 'owner_absent' });
  assert.deepEqual(await once.answer(context, click, async () => done), done);
});

test('a click whose end is not known is not done again by the next one', async () => {
  const { context } = await openWorld();
  const once = new Once();
  const lost = async (): Promise<Sent> => {
    throw new Error('the answer was lost');
  };
  await assert.rejects(once.answer(context, click, lost), /lost/);
  await assert.rejects(
    once.answer(context, click, async () => done),
    /lost/,
  );
});

test('clicks that follow each other are answered by the first', async () => {
  const { context } = await openWorld();
  const once = new Once();
  let asked = 0;
  const work = async (): Promise<Sent> => {
    asked += 1;
    return done;
  };
  for (let clicks = 0; clicks < 20; clicks += 1) await once.answer(context, click, work);
  assert.equal(asked, 1);
});
