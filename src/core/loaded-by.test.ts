import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handedOn, loadingAside, withoutLoading } from './loaded-by.ts';

const names = [
  ['NODE_OPTIONS', true],
  ['NODE_PATH', true],
  ['NODE_COMPILE_CACHE', true],
  ['LD_PRELOAD', true],
  ['LD_LIBRARY_PATH', true],
  ['DYLD_INSERT_LIBRARIES', true],
  ['OPENSSL_CONF', true],
  ['BASH_ENV', true],
  ['ENV', true],
  ['SHELLOPTS', true],
  ['BASHOPTS', true],
  ['PS4', true],
  ['GCONV_PATH', true],
  ['NODE_EXTRA_CA_CERTS', false],
  ['NODE_USE_ENV_PROXY', false],
  ['NODE_TLS_REJECT_UNAUTHORIZED', false],
  ['PATH', false],
  ['ENVIRONMENT', false],
  ['MY_LD_PRELOAD', false],
] as const;

for (const [name, is] of names) {
  test(`${name} ${is ? 'loads nothing into' : 'reaches'} a program of ours`, () => {
    const given = { [name]: 'x', HOME: '/h' };
    assert.equal(Object.hasOwn(withoutLoading(given), name), !is);
    assert.equal(Object.hasOwn(loadingAside(given), name), !is);
    assert.equal(withoutLoading(given)['HOME'], '/h');
    assert.deepEqual(handedOn(loadingAside(given)), given, 'what it starts gets it all the same');
  });
}
