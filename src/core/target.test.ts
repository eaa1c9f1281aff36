import assert from 'node:assert/strict';
import test from 'node:test';
import fc, { array, property, string } from 'fast-check';
import { shellLine } from './shell-word.ts';
import { heartbeatUrl, parseTarget, pingUrl, sentTo } from './target.ts';

const readable = [
  ['inbox', { kind: 'inbox' }],
  [' local ', { kind: 'local' }],
  ['webhook:https://a.example/x?y=1', { kind: 'webhook', url: 'https://a.example/x?y=1' }],
  ['webhook:http://a.example', { kind: 'webhook', url: 'http://a.example/' }],
  ['ntfy:my_topic-1', { kind: 'ntfy', url: 'https://ntfy.sh/my_topic-1' }],
  ['ntfy:https://n.example/t', { kind: 'ntfy', url: 'https://n.example/t' }],
  ['ping:https://hc.example/u', { kind: 'ping', url: 'https://hc.example/u' }],
  [
    'command:mail -s "it is \\"done\\"" me',
    { kind: 'command', argv: ['mail', '-s', 'it is "done"', 'me'] },
  ],
  ["command: a'b c'd\\ e", { kind: 'command', argv: ['ab cd e'] }],
  ["command:x ''", { kind: 'command', argv: ['x', ''] }],
] as const;

for (const [text, target] of readable) {
  test(`"${text}" is a target`, () => assert.deepEqual(parseTarget(text), { target }));
}

const unreadable = [
  ['slack:x', /no such target/],
  ['', /no such target/],
  ['webhook', /no such target/],
  ['webhook:ftp://a.example', /begin with https/],
  ['webhook:nothing', /begin with https/],
  ['ntfy:a topic', /begin with https/],
  ['webhook:https://me@a.example', /name or a password/],
  ['webhook:https://:secret@a.example', /name or a password/],
  ['command:', /missing/],
  ["command:say 'open", /not closed/],
  ['command:say "open', /not closed/],
  ['command:say open\\', /not closed/],
  ['command:say \0', /NUL/],
  [`command:${'x'.repeat(2_000)}`, /longer/],
] as const;

for (const [text, why] of unreadable) {
  test(`"${text.slice(0, 40)}" is no target, and it is said why`, () => {
    const parsed = parseTarget(text);
    assert.match('why' in parsed ? parsed.why : '', why);
  });
}

test('a command line has the words that a shell would give the program', () => {
  fc.assert(
    property(array(string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), (words) => {
      fc.pre(
        words.every((word) => !word.includes('\0')) && shellLine(words) === shellLine(words).trim(),
      );
      const parsed = parseTarget(`command:${shellLine(words)}`);
      assert.deepEqual(parsed, { target: { kind: 'command', argv: words } });
    }),
  );
});

test('each target gets a message once, and what is only kept gets none', () => {
  assert.deepEqual(sentTo(['inbox', ' inbox', 'local', 'ntfy:a']), ['inbox', 'ntfy:a']);
});

const run = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const rid = 'rid=01563e3a-b5d3-d676-4c61-efb99302bd5b';
const signals = [
  ['start', `https://hc.example/u/start?${rid}`],
  ['success', `https://hc.example/u?${rid}`],
  [{ exitCode: 3 }, `https://hc.example/u/3?${rid}`],
  [{ exitCode: 0 }, `https://hc.example/u/fail?${rid}`],
  [{ exitCode: null }, `https://hc.example/u/fail?${rid}`],
  [{ exitCode: 256 }, `https://hc.example/u/fail?${rid}`],
] as const;

for (const [signal, url] of signals) {
  test(`the signal ${JSON.stringify(signal)} calls ${url}`, () =>
    assert.equal(pingUrl('https://hc.example/u', signal, run), url));
}

test('a ping keeps what its address asks for, and names no run that a monitor could not read', () => {
  const url = pingUrl('https://hc.example/u/?create=1', 'start', 'heartbeat');
  assert.equal(url, 'https://hc.example/u/start?create=1');
  assert.equal(pingUrl('', 'start', run), null);
});

test('the heartbeat names its profile', () =>
  assert.equal(heartbeatUrl('https://h.example/{profile}', 'la x'), 'https://h.example/la%20x'));
