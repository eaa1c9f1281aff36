import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { firstRequest, type HttpRequest, mayHaveActed, nextRequest } from './http-request.ts';
import type { HttpWork } from './work.ts';

const key = `\${env:CRONKEEPER_SECRET_KEY}`;
const plain: HttpWork = {
  kind: 'http',
  method: 'GET',
  url: 'https://api.example.org/v1',
  headers: {},
  body: null,
  expect: '2xx',
  allow: [],
  maxBytes: 1_024,
};
const env = { CRONKEEPER_SECRET_KEY: 'k1', CRONKEEPER_SECRET_OTHER: 'k2' };

function requestOf(work: Partial<HttpWork>, environment: typeof env | object = env): HttpRequest {
  const first = firstRequest({ ...plain, ...work }, { ...environment });
  assert.ok('request' in first, JSON.stringify(first));
  return first.request;
}

describe('the first request of a run', () => {
  test('says who asks, and that its answer may be compressed', () => {
    assert.deepEqual(requestOf({}), {
      method: 'GET',
      url: new URL('https://api.example.org/v1'),
      headers: { 'user-agent': 'cronkeeper', 'accept-encoding': 'gzip' },
      body: null,
      hasSecretBody: false,
      openHeaders: new Set(['user-agent']),
      hasActed: false,
    });
  });

  const ids = [
    ['the key that is the same at every try', { CRONKEEPER_IDEMPOTENCY_KEY: 'i' }, 'i', undefined],
    ['the run where there is no key', { CRONKEEPER_RUN_ID: 'r' }, 'r', undefined],
    [
      'the key before the run',
      { CRONKEEPER_RUN_ID: 'r', CRONKEEPER_IDEMPOTENCY_KEY: 'i' },
      'i',
      undefined,
    ],
    ['the epoch of the owner', { CRONKEEPER_EPOCH: '7' }, undefined, '7'],
    [
      'nothing that is empty',
      { CRONKEEPER_IDEMPOTENCY_KEY: '', CRONKEEPER_EPOCH: '' },
      undefined,
      undefined,
    ],
  ] as const;
  for (const [name, environment, idempotency, epoch] of ids) {
    test(`names ${name}`, () => {
      const { headers } = requestOf({}, environment);
      assert.deepEqual(
        [headers['idempotency-key'], headers['cronkeeper-epoch']],
        [idempotency, epoch],
      );
    });
  }

  test('may be made to say otherwise by the job', () => {
    const { headers } = requestOf({ headers: { 'user-agent': 'ours/1' } });
    assert.equal(headers['user-agent'], 'ours/1');
  });

  test('has every secret in its place', () => {
    const other = `\${env:CRONKEEPER_SECRET_OTHER}`;
    const request = requestOf({
      method: 'POST',
      url: `https://api.example.org/${key}?b=${other}`,
      headers: { authorization: `Bearer ${key}${other}` },
      body: `${key} and ${key}`,
    });
    assert.equal(request.url.href, 'https://api.example.org/k1?b=k2');
    assert.equal(request.headers['authorization'], 'Bearer k1k2');
    assert.deepEqual([request.body, request.hasSecretBody], ['k1 and k1', true]);
  });

  test('holds a secret as one piece of the address, whatever it is made of', () => {
    const odd = { CRONKEEPER_SECRET_KEY: 'a/b?c#d&e\ud800' };
    const { url } = requestOf({ url: `https://api.example.org/${key}/end` }, odd);
    assert.equal(url.pathname, '/a%2Fb%3Fc%23d%26e%EF%BF%BD/end');
  });

  test('holds a secret in its body as soon as one reference is in it', () => {
    assert.equal(requestOf({ method: 'POST', body: `key=${key}` }).hasSecretBody, true);
    assert.equal(requestOf({ method: 'POST', body: 'key=1' }).hasSecretBody, false);
  });

  test('may hold a secret that is empty', () => {
    assert.equal(requestOf({ method: 'POST', body: key }, { CRONKEEPER_SECRET_KEY: '' }).body, '');
  });

  const places: readonly Partial<HttpWork>[] = [
    { url: `https://api.example.org/${key}` },
    { headers: { authorization: key } },
    { method: 'POST', body: key },
  ];
  for (const place of places) {
    test(`is none while a secret is missing in its ${Object.keys(place).at(-1)}`, () => {
      assert.deepEqual(firstRequest({ ...plain, ...place }, {}), {
        missing: 'CRONKEEPER_SECRET_KEY',
      });
    });
  }

  test('is none when a secret would begin another header, and no value is told', () => {
    const work = { ...plain, headers: { accept: 'text/plain', authorization: key } };
    const first = firstRequest(work, { CRONKEEPER_SECRET_KEY: 'a\r\nhost: evil' });
    assert.deepEqual(first, { wrong: 'authorization' });
  });

  test('names the headers that anybody may see: harmless ones without a secret', () => {
    const headers = {
      accept: '*/*',
      'accept-language': key,
      'content-type': 'text/plain',
      'content-language': 'de',
      'x-accept': '1',
      'accept-charset': 'utf-8',
      cookie: 'c',
    };
    assert.deepEqual(
      requestOf({ headers }).openHeaders,
      new Set(['user-agent', 'accept', 'content-type', 'content-language']),
    );
  });
});

const methods = [
  ['GET', false],
  ['HEAD', false],
  ['OPTIONS', false],
  ['PUT', false],
  ['DELETE', false],
  ['POST', true],
  ['PATCH', true],
  ['PROPGET', true],
  ['GET-ALL', true],
] as const;
for (const [method, mayAct] of methods) {
  test(`a ${method} without an answer ${mayAct ? 'may have acted' : 'can be asked again'}`, () => {
    assert.equal(mayHaveActed(requestOf({ method })), mayAct);
  });
}

test('a GET that a POST was sent on to may have acted, by the POST', () => {
  assert.equal(mayHaveActed({ ...requestOf({}), hasActed: true }), true);
});

describe('an answer that sends us on', () => {
  const post = requestOf({
    method: 'POST',
    url: 'https://api.example.org/v1/jobs',
    headers: { authorization: key, accept: '*/*', 'content-type': 'text/plain' },
    body: 'b',
  });
  const after = (request: HttpRequest, status: number, location: string) => {
    const next = nextRequest(request, status, location);
    assert.ok(next !== null);
    return next;
  };

  for (const status of [200, 300, 304, 305, 306, 309, 404]) {
    test(`is not one of ${status}, whatever place it names`, () =>
      assert.equal(nextRequest(post, status, '/there'), null));
  }
  test('is not one that names no place', () =>
    assert.equal(nextRequest(post, 302, undefined), null));

  const turns = [
    ['POST', 301, 'GET'],
    ['POST', 302, 'GET'],
    ['POST', 303, 'GET'],
    ['POST', 307, 'POST'],
    ['POST', 308, 'POST'],
    ['PUT', 301, 'PUT'],
    ['PUT', 302, 'PUT'],
    ['PUT', 303, 'GET'],
    ['HEAD', 303, 'HEAD'],
    ['HEAD', 302, 'HEAD'],
    ['DELETE', 303, 'GET'],
  ] as const;
  for (const [method, status, then] of turns) {
    test(`by ${status} makes ${then} of ${method}, and keeps the body only with the method`, () => {
      const { request, why } = after({ ...post, method }, status, 'done');
      assert.equal(why, null);
      assert.deepEqual([request.method, request.url.pathname], [then, '/v1/done']);
      const isSame = then === method;
      assert.equal(request.body, isSame ? 'b' : null);
      assert.equal('content-type' in request.headers, isSame);
      assert.equal(request.headers['authorization'], 'k1');
    });
  }

  test('to read about what was done leaves it unknown whether it was done', () => {
    assert.equal(after(post, 303, '/done').request.hasActed, true);
    assert.equal(after({ ...post, method: 'PUT' }, 303, '/done').request.hasActed, false);
    assert.equal(after(post, 307, '/again').request.hasActed, false);
  });

  const places = [
    ['other', 'https://api.example.org/v1/other'],
    ['/other?a=1#part', 'https://api.example.org/other?a=1'],
    ['https://api.example.org:443/other', 'https://api.example.org/other'],
  ] as const;
  for (const [location, href] of places) {
    test(`to ${location} of the same server takes everything along`, () => {
      const { request, why } = after(post, 307, location);
      assert.deepEqual([request.url.href, why], [href, null]);
      assert.deepEqual([request.headers, request.body], [post.headers, 'b']);
    });
  }

  const elsewhere = [
    'https://other.example.org/v1',
    'http://api.example.org/v1',
    'https://api.example.org:8443/v1',
    '//other.example.org/v1',
  ];
  for (const location of elsewhere) {
    test(`to ${location} is to another server, which sees harmless headers only`, () => {
      const { request, why } = after(post, 308, location);
      assert.equal(why, null);
      assert.equal(request.url.href, new URL(location, post.url).href);
      assert.deepEqual(request.headers, {
        'user-agent': 'cronkeeper',
        accept: '*/*',
        'content-type': 'text/plain',
      });
      assert.equal(request.body, 'b');
    });
  }

  test('and back does not bring the secrets back', () => {
    const away = after(post, 307, 'https://other.example.org/').request;
    const back = after(away, 307, 'https://api.example.org/').request;
    assert.equal(back.headers['authorization'], undefined);
  });

  test('to another server takes no secret body there, but goes on without one', () => {
    const secret = { ...post, hasSecretBody: true };
    const other = 'https://other.example.org/v1';
    assert.match(after(secret, 307, other).why ?? '', /https:\/\/other\.example\.org, .*not sent/);
    assert.equal(after(secret, 307, '/v2').why, null);
    assert.equal(after(secret, 303, other).why, null);
    assert.equal(after({ ...secret, body: null }, 307, other).why, null);
  });

  const wrong = [
    ['file:///etc/passwd', /no address of a server/],
    ['ftp://api.example.org/', /no address of a server/],
    ['httpsx://api.example.org/', /no address of a server/],
    ['xhttp://api.example.org/', /no address of a server/],
    ['https://', /no address of a server/],
    ['https://ana@api.example.org/', /user or a password/],
    ['https://:pw@api.example.org/', /user or a password/],
  ] as const;
  for (const [location, says] of wrong) {
    test(`to ${location} is not followed`, () => {
      const { request, why } = after(post, 303, location);
      assert.match(why ?? '', says);
      assert.deepEqual([request.url.href, request.hasActed], [post.url.href, true]);
    });
  }
});
