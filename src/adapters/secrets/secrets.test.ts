import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { SecretSource } from '../../core/secret.ts';
import { makeClock } from '../host/clock.ts';
import { makeAskProgram } from './programs.ts';
import { makeSecretKeeper } from './secrets.ts';

const home = mkdtempSync(join(tmpdir(), 'ck-secrets-'));
after(() => rmSync(home, { recursive: true, force: true }));
const folder = join(home, 'secrets');
mkdirSync(folder, { mode: 0o700 });

function put(name: string, text: string, mode = 0o600): string {
  const path = join(home, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const fake = (name: string, line: string): string => put(name, `#!/bin/sh\n${line}\n`, 0o700);

/** What nobody has waited for yet does not count. */
function isRunning(pid: string): boolean {
  const found = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
  return !/^(Z|$)/.test(found.stdout.trim());
}

const own = { ...process.env, PATH: `${home}:${process.env['PATH'] ?? ''}`, TOKEN: 'of the owner' };

const keeper = (sources: Readonly<Record<string, SecretSource>>, withinMs = 10_000) =>
  makeSecretKeeper({
    folder,
    sources: () => new Map(Object.entries(sources)),
    ask: makeAskProgram({ own, clock: makeClock(), withinMs }),
    platform: 'linux',
  });

async function ask(source: SecretSource, withinMs?: number): Promise<string> {
  const found = await keeper({ x: source }, withinMs).resolve(['x']);
  return found.kind === 'missing' ? `missing: ${found.why}` : (found.values[0]?.value ?? '');
}

const command = (path: string, ...args: readonly string[]): SecretSource => ({
  kind: 'command',
  argv: [path, ...args],
});

describe('secrets in files', () => {
  test('are kept in a file of the home that only its user can read', async () => {
    const one = keeper({});
    await one.set('github', 'first value');
    await one.set('github', 'second value');
    assert.equal(statSync(join(folder, 'github')).mode & 0o777, 0o600);
    assert.equal(readFileSync(join(folder, 'github'), 'utf8'), 'second value\n');
    assert.deepEqual(
      (await one.list()).map(({ name }) => name),
      ['github'],
    );
    assert.deepEqual(await one.resolve(['github']), {
      kind: 'resolved',
      values: [{ name: 'github', value: 'second value' }],
    });
  });

  test('are missing by name when there is none', async () => {
    const found = await keeper({}).resolve(['github', 'nothing']);
    assert.equal(found.kind === 'missing' ? found.name : '', 'nothing');
  });

  test('are not believed when others may read them, or by a link', async () => {
    const open = put('open', 'value of all\n', 0o644);
    assert.match(await ask({ kind: 'file', path: open }), /^missing: .*chmod 600/);
    symlinkSync(put('real', 'real value\n'), join(home, 'link'));
    assert.match(await ask({ kind: 'file', path: join(home, 'link') }), /^missing: .*ELOOP/);
    assert.match(await ask({ kind: 'file', path: home }), /^missing: .* is not a file/);
  });

  test('are variables of an environment file, too', async () => {
    const path = put('keys.env', `# keys\nA="with space"\nB=\n`);
    const variable = (name: string): SecretSource => ({ kind: 'env-file', path, variable: name });
    assert.equal(await ask(variable('A')), 'with space');
    assert.match(await ask(variable('B')), /^missing: .*empty/);
    assert.match(await ask(variable('toString')), /^missing: .*does not name/);
  });
});

describe('secrets of programs', () => {
  test('are the one line that a command says, without a shell and without the environment of the owner', async () => {
    const path = fake('say', `printf '%s' "$1,$TOKEN"`);
    assert.equal(await ask(command(path, '$(id) b')), '$(id) b,');
  });

  test('are missing when the command fails, whatever it said', async () => {
    const path = fake('fail', 'echo s3cret-value; echo s3cret-value >&2; exit 3');
    const said = await ask(command(path));
    assert.match(said, /^missing: .* ended with 3$/);
  });

  test('are missing when the command says too much, nothing, or more than a line', async () => {
    assert.match(await ask(command('/bin/sh', '-c', 'echo a; echo b')), /more than one line/);
    assert.match(await ask(command('/bin/true')), /^missing: .*empty/);
    assert.match(await ask(command('/usr/bin/yes')), /^missing: .*said too much/);
    assert.match(await ask(command('/no/such/program')), /^missing: .*ENOENT/);
  });

  test('do not wait for a command that hangs, and leave nothing of it behind', async () => {
    const mark = join(home, 'pid');
    const path = fake('hang', `sleep 600 & echo $! > '${mark}'; wait`);
    assert.match(await ask(command(path), 2_000), /^missing: .*did not answer within 2 s/);
    const pid = readFileSync(mark, 'utf8').trim();
    const deadline = Date.now() + 10_000;
    while (isRunning(pid) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(!isRunning(pid));
  });

  test('come from the keychain by service and account', async () => {
    fake('secret-tool', `printf '%s' "$*"`);
    const chain = { kind: 'keychain', service: 'git hub', account: 'anna' } as const;
    assert.equal(await ask(chain), 'lookup service git hub account anna');
    assert.equal(await ask({ ...chain, account: null }), 'lookup service git hub');
  });
});
