import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type HttpJobInput, isExpected, parseHttpWork } from './http-job.ts';
import type { HttpWork } from './work.ts';

const url = 'https://api.example.org/v1/jobs';

function workOf(input: HttpJobInput): HttpWork {
  const parsed = parseHttpWork(input);
  assert.ok('work' in parsed, JSON.stringify(parsed));
  return parsed.work;
}

const token = `\${secret:api-token}`;

describe('the request of a job', () => {
  test('needs nothing but an address', () => {
    assert.deepEqual(workOf({ url }), {
      kind: 'http',
      method: 'GET',
      url,
      headers: {},
      body: null,
      expect: '2xx',
      allow: [],
      maxBytes: 1_048_576,
    });
  });

  test('is a POST that says what its body is', () => {
    const { method, headers } = workOf({ url, body: '{"a": 1}' });
    assert.deepEqual([method, headers], ['POST', { 'content-type': 'application/json' }]);
    const own = workOf({ url, body: '{}', headers: { 'Content-Type': ' text/x ' } });
    assert.deepEqual(own.headers, { 'content-type': 'text/x' });
    assert.match(workOf({ url, body: 'hi' }).headers['content-type'] ?? '', /^text\/plain/);
  });

  test('keeps secrets as references', () => {
    const work = workOf({
      url: `${url}?key=${token}#part`,
      headers: { Authorization: `Bearer ${token}` },
      body: token,
    });
    assert.equal(work.url, `${url}?key=${token}`);
    assert.deepEqual([work.headers['authorization'], work.body], [`Bearer ${token}`, token]);
  });

  test('reaches a private address only when it is allowed', () => {
    assert.equal(workOf({ url: 'http://10.0.0.5/', allow: ['10.0.0.0/8'] }).allow.length, 1);
    assert.equal(workOf({ url: 'http://localhost:81/', allow: ['localhost:81'] }).allow.length, 1);
  });
});

const wrong: readonly (readonly [keyof HttpJobInput, RegExp, Partial<HttpJobInput>])[] = [
  ['method', /CONNECT/, { method: 'connect' }],
  ['method', /TRACE/, { method: 'TRACE' }],
  ['method', /no method/, { method: 'GET /' }],
  ['method', /no method/, { method: '' }],
  ['url', /https:\/\//, { url: 'api.example.org' }],
  ['url', /https:\/\//, { url: 'file:///etc/passwd' }],
  ['url', /https:\/\//, { url: 'https:api.example.org' }],
  ['url', /https:\/\//, { url: '' }],
  ['url', /user/, { url: 'https://me:pw@api.example.org/' }],
  ['url', /after the name/, { url: `https://${token}.example.org/` }],
  ['url', /after the name/, { url: `https://api.example.org:8${token}/` }],
  ['url', /not written/, { url: `https://api.example.org/\${secret:no name}` }],
  ['url', /private address 127\.0\.0\.1.*localhost:80/, { url: 'http://localhost/' }],
  ['url', /add 10\.0\.0\.5:443/, { url: 'https://10.0.0.5/' }],
  ['url', /add 127\.0\.0\.1:80 /, { url: 'http://0x7f.1/' }],
  ['url', /private address ::1/, { url: 'http://[::1]/' }],
  ['url', /private address ::ffff:7f00:1/, { url: 'http://[::ffff:127.0.0.1]/' }],
  ['url', /169\.254\.169\.254/, { url: 'http://169.254.169.254/', allow: ['169.254.0.0/16'] }],
  ['url', /longer/, { url: `${url}/${'a'.repeat(8_000)}` }],
  ['headers', /no name/, { headers: { 'a b': '1' } }],
  ['headers', /no name/, { headers: { 'a\r\nb': '1' } }],
  ['headers', /line break.*x-a/, { headers: { 'X-A': '1\r\nx: y' } }],
  ['headers', /Latin-1/, { headers: { 'X-A': '✓' } }],
  ['headers', /twice/, { headers: { 'X-A': '1', 'x-a': '2' } }],
  ['headers', /host/, { headers: { Host: 'other' } }],
  ['headers', /content-length/, { headers: { 'Content-Length': '3' } }],
  ['headers', /expect/, { headers: { Expect: '100-continue' } }],
  ['headers', /cronkeeper-epoch/, { headers: { 'Cronkeeper-Epoch': '9' } }],
  ['headers', /not written/, { headers: { 'X-A': `\${secret:-}` } }],
  ['headers', /variable of the run/, { headers: { 'X-A': `\${env:CRONKEEPER_SECRET_1}` } }],
  ['headers', /more than 8000 letters in x-a/, { headers: { 'X-A': 'a'.repeat(8_001) } }],
  ['headers', /more than 50/, { headers: Object.fromEntries(many(51)) }],
  ['body', /GET/, { method: 'GET', body: '' }],
  ['body', /larger/, { body: 'x'.repeat(1_048_577) }],
  ['body', /not written/, { body: `\${secret:` }],
  ['expect', /2xx,304/, { expect: '' }],
  ['expect', /2xx,304/, { expect: '99' }],
  ['expect', /2xx,304/, { expect: '1xx' }],
  ['expect', /2xx,304/, { expect: '2xx;304' }],
  ['allow', /not understood.*10\.0\.0\.0\/99/, { allow: ['10.0.0.0/99'] }],
  ['allow', /more than 20/, { allow: many(21).map(([name]) => name) }],
  ['maxBytes', /10485760/, { maxBytes: 0 }],
  ['maxBytes', /10485760/, { maxBytes: 10_485_761 }],
  ['maxBytes', /whole/, { maxBytes: 1.5 }],
];

function many(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`x-${index}`, '1']);
}

for (const [field, why, input] of wrong) {
  test(`${JSON.stringify(input).slice(0, 70)} is refused for its ${field}`, () => {
    const parsed = parseHttpWork({ url, ...input });
    assert.ok('field' in parsed, 'it was taken');
    assert.equal(parsed.field, field);
    assert.match(parsed.why, why);
  });
}

test('what is expected is read as codes and classes', () => {
  const { expect } = workOf({ url, expect: ' 2XX, 304 ' });
  assert.equal(expect, '2xx,304');
  assert.deepEqual(
    [200, 299, 304, 300, 500].map((status) => isExpected(expect, status)),
    [true, true, true, false, false],
  );
});
