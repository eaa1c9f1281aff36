import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  byVariables,
  fillSecrets,
  isReference,
  isSecretName,
  longestSecret,
  secretMissing,
  secretsIn,
  whyNoSecret,
} from './secret.ts';
import { parseSource, sourceText } from './secret-source.ts';

const to = (name: string): string => `\${secret:${name}}`;

describe('a reference to a secret', () => {
  test('is found once for each name, in order, and only when it is whole', () => {
    const texts = [`a${to('b')}${to('c')}`, to('b'), `\${secret:}`, `\${secret:9}`, '$secret:d'];
    assert.deepEqual(secretsIn(texts), ['b', 'c']);
  });

  test('is filled in place; a value that looks like one is not read again', () => {
    const found = new Map([['a', to('b')]]);
    assert.deepEqual(fillSecrets({ X: `x ${to('a')} ${to('b')}` }, found), {
      X: `x ${to('b')} ${to('b')}`,
    });
  });

  test('can be told from a text that contains one', () => {
    assert.ok(isReference(to('a.b-c_9')));
    assert.ok(!isReference(`Bearer ${to('a')}`));
    assert.ok(!isReference(to('a') + to('b')));
  });

  test('has a name that is no path and no option', () => {
    for (const name of ['', '.', '..', 'a/b', '-a', '.a.new', 'a'.repeat(65)])
      assert.ok(!isSecretName(name), name);
    assert.ok(isSecretName('webhook.127.0.0.1'));
  });

  test('leads to one line that has room in an environment', () => {
    for (const value of ['', 'a\nb', 'a\rb', 'a\0b', 'é'.repeat(longestSecret / 2 + 1)])
      assert.notEqual(whyNoSecret(value), null);
    assert.equal(whyNoSecret('é'.repeat(longestSecret / 2)), null);
  });
});

test('the work of a request names variables, the same for the same secret, and holds no reference', () => {
  const { work, variables } = byVariables({
    method: 'POST',
    url: `http://a.example/${to('path')}`,
    headers: { Authorization: `Bearer ${to('key')}`, Other: to('key') },
    body: `{"a":"${to('path')}"}`,
  });
  assert.deepEqual(work, {
    method: 'POST',
    url: `http://a.example/\${env:CRONKEEPER_SECRET_1}`,
    headers: {
      Authorization: `Bearer \${env:CRONKEEPER_SECRET_2}`,
      Other: `\${env:CRONKEEPER_SECRET_2}`,
    },
    body: `{"a":"\${env:CRONKEEPER_SECRET_1}"}`,
  });
  assert.deepEqual(variables, { CRONKEEPER_SECRET_1: to('path'), CRONKEEPER_SECRET_2: to('key') });
});

test('the work of a request may have no body', () => {
  const { work } = byVariables({ url: to('path'), headers: {}, body: null });
  assert.deepEqual(work, { url: `\${env:CRONKEEPER_SECRET_1}`, headers: {}, body: null });
});

test('of a secret that is missing, the next step is told by where it is kept', () => {
  const missing = { name: 'key', why: 'it is not there' };
  assert.equal(
    secretMissing({ ...missing, source: { kind: 'file', path: '/keys/key' } }),
    'The secret "key" cannot be used: it is not there. Set it with: cronkeeper secret set key',
  );
  assert.equal(
    secretMissing({ ...missing, source: { kind: 'command', argv: ['pass'] } }),
    'The secret "key" cannot be used: it is not there. Mend that, then try: cronkeeper secret check key',
  );
});

const sources: readonly (readonly [text: string, says: string | RegExp])[] = [
  [`command:pass show 'a b'`, 'command pass'],
  ['env:/etc/keys.env#TOKEN', 'TOKEN in /etc/keys.env'],
  ['keychain:github', 'keychain github'],
  ['keychain:github/anna/x', 'keychain github/anna/x'],
  ['command:', /command is missing/],
  [`command:pass 'a`, /quote/],
  ['env:keys.env#TOKEN', /\/PATH\/TO\/FILE/],
  ['env:/keys.env#CRONKEEPER_X', /VARIABLE/],
  ['keychain:-w', /SERVICE/],
  ['hunter2', /there are command:/],
];

describe('a source of a secret', () => {
  for (const [text, says] of sources) {
    test(`is read: ${text}`, () => {
      const read = parseSource(text);
      if (typeof says === 'string') assert.ok('source' in read && sourceText(read.source) === says);
      else assert.match('why' in read ? read.why : '', says);
    });
  }

  test('that is a file is named by its path', () => {
    assert.equal(sourceText({ kind: 'file', path: '/keys/key' }), '/keys/key');
  });
});
