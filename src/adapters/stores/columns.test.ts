import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../ports/store.ts';
import { document } from './columns.ts';

const isAny = (value: unknown): value is unknown => value !== undefined;
const isText = (value: unknown): value is string => typeof value === 'string';

test('a document is what its own row holds, whatever was read before it', () => {
  const held = ['{"a":1}', '{"a":1}', '{"a":2}', '{"a":1}', `{"a":"${'x'.repeat(5_000)}"}`, '{}'];
  for (const json of held) {
    assert.deepEqual(document({ body: json }, 'body', isAny), JSON.parse(json));
    assert.deepEqual(document({ other: '[]', body: json }, 'other', isAny), []);
  }
});

test('a document that is damaged, or not the wanted one, is refused each time', () => {
  assert.deepEqual(document({ body: '{"a":1}' }, 'body', isAny), { a: 1 });
  for (let count = 0; count < 2; count += 1) {
    assert.throws(() => document({ body: '{"a":1}' }, 'body', isText), StoreUnavailable);
    assert.throws(() => document({ body: '{"a":' }, 'body', isAny), StoreUnavailable);
  }
});
