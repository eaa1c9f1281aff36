import assert from 'node:assert/strict';
import { createServer as createSocketServer } from 'node:net';
import { describe, test } from 'node:test';
import { open, run, serve, startedAt, workOf } from './servers.ts';

const variable = (index: number): string => `\${env:CRONKEEPER_SECRET_${index}}`;

describe('an answer', () => {
  test('is the output, and its status decides', async (t) => {
    const { url, host, heard } = await serve(t, (response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'x-hidden': 'no' }).end('hello ✓\n');
    });
    const env = {
      CRONKEEPER_RUN_ID: 'RUN',
      CRONKEEPER_IDEMPOTENCY_KEY: 'KEY',
      CRONKEEPER_EPOCH: '7',
    };
    const { report, output } = await run(workOf({ url: `${url}/a?b`, body: '{}', allow: [host] }), {
      env,
    });
    assert.equal(output, `POST ${url}/a?b: 200 OK\ncontent-type: text/plain\n\nhello ✓\n`);
    assert.deepEqual([report.result, report.reason, report.message], ['succeeded', null, null]);
    const [got] = heard;
    assert.deepEqual([got?.method, got?.url, got?.body], ['POST', '/a?b', '{}']);
    assert.deepEqual(
      [got?.headers['idempotency-key'], got?.headers['cronkeeper-epoch']],
      ['KEY', '7'],
    );
  });

  test('of 500 is a failure and of 200 the next time a success', async (t) => {
    const { url, host, heard } = await serve(t, (response, _, count) => {
      response.writeHead(count === 1 ? 500 : 200).end('body');
    });
    const work = workOf({ url, method: 'POST', allow: [host] });
    const first = await run(work);
    assert.deepEqual([first.report.result, first.report.reason], ['failed', 'http_status']);
    assert.match(first.output, /500 [\s\S]*body/);
    assert.equal((await run(work)).report.result, 'succeeded');
    assert.equal(heard.length, 2);
  });

  for (const [method, result] of [
    ['POST', 'unknown'],
    ['GET', 'failed'],
  ] as const) {
    test(`that a fault of our own kept away is ${result} to a ${method}`, async () => {
      const network = { ask: () => Promise.reject(new Error('no such module')) };
      const work = workOf({ url: 'http://example.com', method });
      const { report } = await run(work, { network });
      assert.equal(report.result, result);
      assert.match(report.message ?? '', /fault of our own.*no such module/);
    });
  }

  for (const [status, header, result, reason, notBefore] of [
    [429, '7200', 'deferred', 'rate_limited', startedAt + 7_200_000],
    [503, '0', 'deferred', 'overloaded', startedAt + 1_000],
    [503, '999999999', 'deferred', 'overloaded', startedAt + 604_800_000],
    [429, null, 'failed', 'http_status', null],
    [500, '10', 'failed', 'http_status', null],
    [504, null, 'unknown', 'http_unanswered', null],
  ] as const) {
    test(`of ${status} with Retry-After ${header} to a POST is ${result}`, async (t) => {
      const { url, host } = await serve(t, (response) => {
        response.writeHead(status, header === null ? {} : { 'retry-after': header }).end();
      });
      const { report } = await run(workOf({ url, method: 'POST', allow: [host] }));
      assert.deepEqual(
        [report.result, report.reason, report.notBefore],
        [result, reason, notBefore],
      );
    });
  }
});

describe('a request that is not answered wholly', () => {
  const endings = {
    'cut after the request': (socket: { destroy(): void }) => void socket.destroy(),
    'cut within the head': (socket: { end(text: string): void }) =>
      socket.end('HTTP/1.1 200 OK\r\nx: '),
    'cut within the body': (socket: { end(text: string): void }) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
    'answered by something else': (socket: { end(text: string): void }) =>
      socket.end('garbage\r\n\r\n'),
  };
  for (const [name, end] of Object.entries(endings)) {
    for (const [method, result] of [
      ['POST', 'unknown'],
      ['PATCH', 'unknown'],
      ['GET', 'failed'],
      ['PUT', 'failed'],
    ] as const) {
      test(`because it is ${name} is ${result} for ${method}`, async (t) => {
        let asked = 0;
        const server = createSocketServer((socket) => {
          socket.on('error', () => {});
          socket.once('data', () => {
            asked += 1;
            end(socket);
          });
        });
        const port = await open(t, server);
        const host = `127.0.0.1:${port}`;
        const { report } = await run(workOf({ url: `http://${host}/`, method, allow: [host] }));
        assert.deepEqual([report.result, report.reason], [result, 'http_unanswered']);
        assert.equal(asked, 1);
      });
    }
  }

  test('because nobody takes the connection is known to have failed', async (t) => {
    const server = createSocketServer();
    const port = await open(t, server);
    await new Promise((resolve) => server.close(resolve));
    const host = `127.0.0.1:${port}`;
    const { report } = await run(workOf({ url: `http://${host}/`, method: 'POST', allow: [host] }));
    assert.deepEqual([report.result, report.reason], ['failed', 'http_unreachable']);
  });

  for (const [name, isHeadSent] of [
    ['the head', false],
    ['the body', true],
  ] as const) {
    test(`because it is told to end before ${name} came is unknown, soon`, async (t) => {
      const stop = new AbortController();
      const { url, host } = await serve(t, (response) => {
        if (isHeadSent) response.writeHead(200).write('first');
        setTimeout(() => stop.abort(), 50);
      });
      const work = workOf({ url, method: 'POST', allow: [host] });
      const { report } = await run(work, { signal: stop.signal });
      assert.deepEqual([report.result, report.reason], ['unknown', 'http_unanswered']);
    });
  }
});

describe('a redirect', () => {
  test('to a private address is not followed unless the job names it', async (t) => {
    const inner = await serve(t, (response) => void response.end('inner'));
    const { url, host } = await serve(t, (response) => {
      response.writeHead(302, { location: `${inner.url}/secret` }).end();
    });
    const closed = await run(workOf({ url, allow: [host] }));
    assert.deepEqual([closed.report.result, closed.report.reason], ['failed', 'address_refused']);
    assert.match(closed.report.message ?? '', new RegExp(`add 127\\.0\\.0\\.1:${inner.port} `));
    assert.equal(inner.heard.length, 0);
    const opened = await run(workOf({ url, allow: [host, inner.host] }));
    assert.equal(opened.report.result, 'succeeded');
    assert.match(opened.output, /302 Found\nlocation: .*\n\nGET .*\/secret: 200 OK\n\ninner/);
  });

  test('to another server takes no secret, no key and no header but harmless ones', async (t) => {
    const other = await serve(t, (response) => void response.end());
    const { url, host, heard } = await serve(t, (response) => {
      response.writeHead(307, { location: other.url }).end();
    });
    const headers = {
      authorization: `Bearer ${variable(1)}`,
      accept: variable(1),
      cookie: 'a=b',
      'accept-language': 'de',
    };
    const work = { ...workOf({ url, body: 'plain', allow: [host, other.host] }), headers };
    const env = { CRONKEEPER_SECRET_1: 'the-value', CRONKEEPER_RUN_ID: 'RUN' };
    assert.equal((await run(work, { env })).report.result, 'succeeded');
    assert.equal(heard[0]?.headers.authorization, 'Bearer the-value');
    const [got] = other.heard;
    assert.equal(got?.body, 'plain');
    const names = Object.keys(got?.headers ?? {}).filter(
      (name) => !/^(host|connection|content-length)$/.test(name),
    );
    assert.deepEqual(names.sort(), ['accept-language', 'user-agent']);
  });

  test('to another server that would take a body with a secret is not followed', async (t) => {
    const other = await serve(t, (response) => void response.end());
    const { url, host } = await serve(t, (response) => {
      response.writeHead(308, { location: other.url }).end();
    });
    const work = { ...workOf({ url, body: 'x', allow: [host, other.host] }), body: variable(1) };
    const { report } = await run(work, { env: { CRONKEEPER_SECRET_1: 'the-value' } });
    assert.deepEqual([report.result, report.reason], ['failed', 'http_status']);
    assert.equal(other.heard.length, 0);
  });

  test('turns a POST into a GET, and it stays unknown when that is not answered', async (t) => {
    const { url, host, heard } = await serve(t, (response, { url: path }) => {
      if (path === '/') response.writeHead(303, { location: '/next' }).end();
      else response.destroy();
    });
    const { report } = await run(workOf({ url, body: 'x', allow: [host] }));
    assert.deepEqual(
      heard.map(({ method, body }) => `${method} ${body}`),
      ['POST x', 'GET '],
    );
    assert.deepEqual([report.result, report.reason], ['unknown', 'http_unanswered']);
  });

  test('leads on at most five times', async (t) => {
    const { url, host, heard } = await serve(t, (response, _, count) => {
      response.writeHead(302, { location: `/${count}` }).end();
    });
    const { report } = await run(workOf({ url, allow: [host] }));
    assert.deepEqual([report.result, report.reason, heard.length], ['failed', 'http_status', 6]);
  });

  test('is an answer when it is expected', async (t) => {
    const { url, host, heard } = await serve(t, (response) => {
      response.writeHead(302, { location: '/next' }).end();
    });
    const { report } = await run(workOf({ url, expect: '302', allow: [host] }));
    assert.deepEqual([report.result, heard.length], ['succeeded', 1]);
  });
});

describe('a name', () => {
  for (const address of [
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    'fd00::1',
  ]) {
    test(`that leads to ${address} is not reached unless it is allowed`, async () => {
      let asked = 0;
      const resolve = async () => {
        asked += 1;
        return [
          { address: '93.184.216.34', family: 4 },
          { address, family: address.includes(':') ? 6 : 4 },
        ];
      };
      const work = workOf({ url: 'http://rebind.example.org/', method: 'POST' });
      const { report } = await run(work, { resolve });
      assert.deepEqual([report.result, report.reason, asked], ['failed', 'address_refused', 1]);
    });
  }

  test('is connected to where it led when it was judged', async (t) => {
    const { port, heard } = await serve(t, (response) => void response.end());
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const work = workOf({ url: `http://nas.invalid:${port}/`, allow: [`nas.invalid:${port}`] });
    assert.equal((await run(work, { resolve })).report.result, 'succeeded');
    assert.deepEqual([asked, heard[0]?.headers.host], [1, `nas.invalid:${port}`]);
  });
});

describe('a secret', () => {
  const value = 'a/b?c&d=\r\nx: y"';

  test('is one piece of the address, stands in the body as it is, and is not in the output', async (t) => {
    const { url, host, heard } = await serve(t, (response, { url: path, body }) => {
      response.writeHead(201, { location: path, 'x-request-id': 'me' }).end(`${path} ${body}`);
    });
    const base = workOf({ url, body: 'x', allow: [host] });
    const work = { ...base, url: `${url}/${variable(1)}`, body: `<${variable(1)}>` };
    const { report, output } = await run(work, { env: { CRONKEEPER_SECRET_1: value } });
    assert.equal(report.result, 'succeeded');
    assert.deepEqual(
      [heard[0]?.url, heard[0]?.body],
      [`/${encodeURIComponent(value)}`, `<${value}>`],
    );
    assert.ok(output.startsWith(`POST ${url}/${variable(1)}: 201 Created\n`), output);
    assert.equal(output.split('[secret CRONKEEPER_SECRET_1]').length, 4);
    assert.doesNotMatch(output, /a\/b|a%2Fb/);
  });

  test('with a line break is not sent in a header', async (t) => {
    const { url, host, heard } = await serve(t, (response) => void response.end());
    const work = { ...workOf({ url, allow: [host] }), headers: { 'x-key': variable(1) } };
    const { report, output } = await run(work, { env: { CRONKEEPER_SECRET_1: value } });
    assert.deepEqual([report.result, report.reason], ['failed', 'request_malformed']);
    assert.match(report.message ?? '', /x-key/);
    assert.equal(heard.length, 0);
    assert.ok(!output.includes('x: y'));
  });

  test('that is missing ends the run; other variables are never read', async (t) => {
    const { url, host, heard } = await serve(t, (response) => void response.end());
    const base = workOf({ url, body: 'x', allow: [host] });
    const missing = await run({ ...base, body: variable(2) });
    assert.deepEqual([missing.report.result, missing.report.reason], ['failed', 'secret_missing']);
    assert.equal(heard.length, 0);
    await run({ ...base, body: `\${env:HOME}` }, { env: { HOME: '/root' } });
    assert.equal(heard[0]?.body, `\${env:HOME}`);
  });
});
