import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ModelSetting, modelEnvironment } from './model-setting.ts';
import {
  byVariables,
  fillSecrets,
  isReference,
  isSecretName,
  longestSecret,
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
});

describe('the model of an agent', () => {
  const local: ModelSetting = {
    url: 'http://127.0.0.1:11434/v1',
    api: null,
    key: null,
    prices: null,
  };
  const asked: ModelSetting = {
    ...local,
    url: null,
    key: to('k'),
    prices: 'gpt-5=1.25/10 other=0/0',
  };
  const settings = new Map([
    ['local', local],
    ['openai', asked],
  ]);

  test('reaches the run by four variables, its key still a reference', () => {
    assert.deepEqual(modelEnvironment('openai/gpt-5', settings), {
      kind: 'known',
      names: {
        CRONKEEPER_MODEL_URL: 'https://api.openai.com/v1',
        CRONKEEPER_MODEL_API: 'openai',
        CRONKEEPER_MODEL_KEY: to('k'),
        CRONKEEPER_MODEL_PRICES: '{"input":1250000,"output":10000000}',
      },
    });
  });

  test('of a local server needs no key', () => {
    assert.deepEqual(modelEnvironment('local/a/b', settings), {
      kind: 'known',
      names: {
        CRONKEEPER_MODEL_URL: 'http://127.0.0.1:11434/v1',
        CRONKEEPER_MODEL_API: 'openai-compatible',
      },
    });
  });

  for (const [model, reason] of [
    ['anthropic/claude', 'credentials_missing'],
    ['nobody/x', 'model_unknown'],
    ['x', 'model_unknown'],
    ['constructor/x', 'model_unknown'],
  ] as const) {
    test(`is refused by name: ${model}`, () => {
      const read = modelEnvironment(model, settings);
      assert.equal(read.kind === 'unusable' ? read.reason : '', reason);
    });
  }
});
