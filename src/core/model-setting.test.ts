import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ModelSetting, modelEnvironment, readPrices } from './model-setting.ts';

const to = (name: string): string => `\${secret:${name}}`;

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

  test('is not looked for when the agent brings its own', () => {
    assert.deepEqual(modelEnvironment(null, settings), { kind: 'known', names: {} });
  });

  test('of a known provider at an address of its own needs no key', () => {
    const proxied = modelEnvironment('openai/gpt-5', new Map([['openai', local]]));
    assert.deepEqual(proxied, {
      kind: 'known',
      names: { CRONKEEPER_MODEL_URL: local.url, CRONKEEPER_MODEL_API: 'openai' },
    });
  });

  test('of each provider that is known is asked for by its own protocol', () => {
    const keyed = { url: null, api: null, key: to('k'), prices: null };
    const read = modelEnvironment('anthropic/claude', new Map([['anthropic', keyed]]));
    assert.deepEqual(read.kind === 'known' && read.names, {
      CRONKEEPER_MODEL_URL: 'https://api.anthropic.com/v1',
      CRONKEEPER_MODEL_API: 'anthropic',
      CRONKEEPER_MODEL_KEY: to('k'),
    });
  });

  test('may have a provider of one letter, and slashes in its own name', () => {
    const priced = { ...local, prices: 'a/b=1/2' };
    const read = modelEnvironment('x/a/b', new Map([['x', priced]]));
    assert.equal(
      read.kind === 'known' && read.names['CRONKEEPER_MODEL_PRICES'],
      '{"input":1000000,"output":2000000}',
    );
  });

  const missing = [
    ['nobody/x', /provider "nobody".*config set models\.nobody\.url URL/],
    [
      'anthropic/x',
      /no key for anthropic.*secret set anthropic, .*models\.anthropic\.key '\$\{secret:anthropic\}'/,
    ],
  ] as const;
  for (const [model, says] of missing) {
    test(`says what to type before ${model} can be used`, () => {
      const read = modelEnvironment(model, new Map());
      assert.match(read.kind === 'unusable' ? read.message : '', says);
    });
  }

  for (const [model, reason] of [
    ['anthropic/claude', 'credentials_missing'],
    ['nobody/x', 'model_unknown'],
    ['x', 'model_unknown'],
    ['openai', 'model_unknown'],
    ['/x', 'model_unknown'],
    ['constructor/x', 'model_unknown'],
  ] as const) {
    test(`is refused by name: ${model}`, () => {
      const read = modelEnvironment(model, settings);
      assert.equal(read.kind === 'unusable' ? read.reason : '', reason);
    });
  }
});

test('prices are read as people write them, all or none', () => {
  const prices = readPrices(' gpt-5=1.25/10  other=0/0.000001 ');
  assert.deepEqual(
    [...(prices ?? [])],
    [
      ['gpt-5', { input: 1_250_000, output: 10_000_000 }],
      ['other', { input: 0, output: 1 }],
    ],
  );
  for (const text of [
    '',
    'gpt-5',
    'gpt-5=1',
    '=1/2',
    'gpt-5=1/2 other=-1/2',
    'a=1234567/1',
    'a=1/1234567',
    'a=1/2x',
  ])
    assert.equal(readPrices(text), null, text);
});
