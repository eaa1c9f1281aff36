/** The canary of a job is in the home's own secret file, in its program, and nowhere else. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Person } from '../journeys/program.ts';

const canary = 'sk-9f/Zq 4"7w=Xk+é';
const forms: readonly string[] = [
  canary,
  encodeURIComponent(canary),
  new URLSearchParams({ canary }).toString().slice('canary='.length),
  JSON.stringify(canary).slice(1, -1),
  ...['', 'a', 'ab'].flatMap((before) => {
    const start = Math.ceil((before.length * 8) / 6);
    const end = Math.floor(((before.length + canary.length) * 8) / 6);
    return (['base64', 'base64url'] as const).map((way) =>
      Buffer.from(before + canary)
        .toString(way)
        .slice(start, end),
    );
  }),
];
/** So much of it in a row is a leak; what its first line says of itself is none. */
const pieces = forms.flatMap((form) =>
  Array.from({ length: form.length - 7 }, (_, at) => form.slice(at, at + 8)),
);

const leakIn = (bytes: Buffer): string | undefined => pieces.find((piece) => bytes.includes(piece));

/** What the job prints; the value comes from its environment, as a real one's would. */
const program = `
const { createHash } = require('node:crypto');
const { writeSync } = require('node:fs');
const value = process.env.TOKEN;
const put = (text) => { for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest)); };
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
put('digest ' + createHash('sha256').update(value).digest('hex') + '\\n');
put('plain ' + value + '\\n');
put('base64 ' + Buffer.from(value).toString('base64') + ' ' + Buffer.from('ab' + value).toString('base64') + '\\n');
put('url ' + encodeURIComponent(value) + ' ' + new URLSearchParams({ value }) + '\\n');
put('json ' + JSON.stringify({ value }) + '\\n');
put('split ' + value.slice(0, 9)); pause(); put(value.slice(9) + '\\n');
for (let shift = 0; shift < 3; shift += 1) put('.'.repeat(65536 - 8 - shift) + value + '\\n');
process.stderr.write('error ' + value + '\\n');
put('others ' + Object.keys(process.env).filter((name) => name.startsWith('CRONKEEPER_HIDDEN')).length + '\\n');
put('cut ' + value.slice(0, 12));
process.exitCode = Number(process.argv[2] ?? 0);
`;

describe('a job that was given a secret and prints it in every way', () => {
  const person = new Person();
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    request.on('data', (part: Buffer) => bodies.push(part));
    request.on('end', () => response.end());
  });
  let said = '';
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { out, err } = await person.type(args);
    said += out + err;
    return out + err;
  };

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await ask('config', 'set', 'privateTargets', '127.0.0.1');
    const kept = await person.type(['secret', 'set', 'canary'], {}, `${canary}\n`);
    assert.equal(kept.code, 0, kept.err);
    writeFileSync(person.file('job.cjs'), program);
    const runner = person.start(['runner']);
    const target = `webhook:http://127.0.0.1:${port}/`;
    for (const [name, code] of [
      ['good', '0'],
      ['bad', '7'],
    ] as const)
      await ask(
        'add',
        'every 1d',
        '--name',
        name,
        '--env',
        `TOKEN=\${secret:canary}`,
        '--deliver',
        target,
        '--',
        process.execPath,
        person.file('job.cjs'),
        code,
      );
    await ask('run', 'good', '--wait');
    await ask('run', 'bad', '--wait');
    const deadline = Date.now() + 20_000;
    while (bodies.length < 2 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    for (const words of [
      ['logs', 'good'],
      ['logs', 'bad'],
      ['show', 'good'],
      ['list'],
      ['runs'],
      ['inbox'],
      ['export'],
      ['doctor', '--env', 'good'],
      ['secret', 'list'],
      ['secret', 'check'],
      ['tonight'],
      ['doctor'],
    ]) {
      await ask('--json', ...words);
      await ask(...words);
    }
    said += runner.output();
  });
  after(async () => {
    server.close();
    await person.leave();
  });

  test('really had it, and nothing else of what hides it', async () => {
    const log = await ask('logs', 'good');
    assert.match(log, new RegExp(createHash('sha256').update(canary).digest('hex')));
    assert.match(log, /others 0/);
    assert.match(log, /^error \[secret canary\]$/m);
    assert.match(log, /^split \[secret canary\]$/m);
    assert.ok((log.match(/\[secret canary\]/g)?.length ?? 0) >= 12, log.slice(0, 2_000));
  });

  test('leaves it in no answer', () => {
    assert.ok(said.length > 10_000, 'too little was answered');
    assert.equal(leakIn(Buffer.from(said)), undefined);
  });

  test('leaves it in no message', () => {
    assert.ok(bodies.length >= 2, 'no message arrived');
    assert.equal(leakIn(Buffer.concat(bodies)), undefined);
  });

  test('leaves it in no byte of the home but its own file', () => {
    const searched: string[] = [];
    for (const name of readdirSync(person.home, { recursive: true, encoding: 'utf8' })) {
      const path = join(person.home, name);
      if (!existsSync(path) || !statSync(path).isFile() || name === 'secrets/canary') continue;
      searched.push(name);
      assert.equal(leakIn(readFileSync(path)), undefined, `in ${name}`);
    }
    for (const wanted of [/^cronkeeper\.db$/, /^cronkeeper\.db-wal$/, /output\.log$/, /^logs\//])
      assert.ok(
        searched.some((name) => wanted.test(name)),
        `${wanted} was not there`,
      );
  });

  test('is shown by its reference', async () => {
    assert.match(await ask('doctor', '--env', 'good'), /TOKEN +\$\{secret:canary\}/);
  });
});
