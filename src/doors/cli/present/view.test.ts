import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inHome } from './view.ts';

const cases = [
  { home: null, shown: 'cronkeeper runner' },
  { home: '/srv/ck', shown: 'cronkeeper --home /srv/ck runner' },
  { home: "/a b/it's", shown: "cronkeeper --home '/a b/it'\\''s' runner" },
];
for (const { home, shown } of cases) {
  test(`a command to type in the home ${home} is "${shown}"`, () =>
    assert.equal(inHome({ home }, 'cronkeeper runner'), shown));
}

test('a command for root names the home, too, and a home with a dollar is taken as it is', () => {
  assert.equal(
    inHome({ home: '/a$&b' }, 'sudo cronkeeper service install runner'),
    "sudo cronkeeper --home '/a$&b' service install runner",
  );
});

test('advice that is no command stays as it is', () => {
  assert.equal(inHome({ home: '/x' }, 'Stop it first.'), 'Stop it first.');
});
