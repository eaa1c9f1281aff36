import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../bin/cronkeeper', import.meta.url));
const packaged = `node-linux-${process.arch}`;
const onlyLinux = process.platform === 'linux' ? false : 'Node is packaged for Linux only';

/** A package as npm installs it globally, in a folder whose name has spaces and an arrow. */
let scratch = '';
let modules = '';
let home = '';
let tools = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'cronkeeper launcher -> '));
  modules = join(scratch, 'lib/node_modules');
  home = join(modules, 'cronkeeper');
  tools = join(scratch, 'tools');
  put(join(home, 'dist/cronkeeper.js'), '');
  mkdirSync(join(home, 'bin'));
  cpSync(launcher, join(home, 'bin/cronkeeper'));
  mkdirSync(tools);
  for (const tool of ['uname', 'readlink']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
}

/** A Node that only says who it is, which process it is, and what it was given. */
function putNode(path: string, name: string): void {
  put(path, `#!/bin/sh\necho ${name} $$\nfor one in "$@"; do echo "$one"; done\n`);
}

function launch(program = join(home, 'bin/cronkeeper'), args: readonly string[] = [], cwd = '/') {
  const child = spawnSync('/bin/sh', ['-c', 'echo $$; exec "$0" "$@"', program, ...args], {
    cwd,
    env: { PATH: tools },
    encoding: 'utf8',
  });
  const [pid, ...lines] = child.stdout.split('\n');
  return { status: child.status, pid, lines, stderr: child.stderr };
}

describe('the launcher', () => {
  test('becomes Node: the same process, the arguments untouched', () => {
    putNode(join(tools, 'node'), 'path');
    const ran = launch(undefined, ['add', 'every day', '', '--', '*']);
    const program = join(home, 'dist/cronkeeper.js');
    assert.deepEqual(ran.lines, [
      `path ${ran.pid}`,
      program,
      'add',
      'every day',
      '',
      '--',
      '*',
      '',
    ]);
  });

  const places = [
    ['inside the package', 'lib/node_modules/cronkeeper/node_modules'],
    ['beside the package', 'lib/node_modules'],
  ] as const;
  for (const [where, folder] of places) {
    test(`prefers the Node ${where} to the one on PATH`, { skip: onlyLinux }, () => {
      putNode(join(tools, 'node'), 'path');
      putNode(join(scratch, folder, packaged, 'bin/node'), 'packaged');
      const { pid, lines } = launch();
      assert.deepEqual(lines, [`packaged ${pid}`, join(home, 'dist/cronkeeper.js'), '']);
    });
  }

  test('does not run what happens to lie beside a clone', () => {
    putNode(join(tools, 'node'), 'path');
    cpSync(home, join(scratch, 'clone'), { recursive: true });
    putNode(join(scratch, packaged, 'bin/node'), 'planted');
    assert.match(launch(join(scratch, 'clone/bin/cronkeeper')).lines[0] ?? '', /^path /);
  });

  test('is found through a chain of links, relative and absolute', () => {
    putNode(join(tools, 'node'), 'path');
    mkdirSync(join(scratch, 'bin'));
    symlinkSync('../lib/node_modules/cronkeeper/bin/cronkeeper', join(scratch, 'bin/one'));
    symlinkSync(join(scratch, 'bin/one'), join(scratch, 'two'));
    symlinkSync('two', join(scratch, 'three'));
    symlinkSync(join(scratch, 'lib'), join(scratch, 'folder'));
    const ways = [
      [join(scratch, 'three'), '/'],
      ['./three', scratch],
      ['bin/one', scratch],
      [join(scratch, 'folder/node_modules/cronkeeper/bin/cronkeeper'), '/'],
    ] as const;
    for (const [way, cwd] of ways) {
      assert.equal(launch(way, [], cwd).lines[1], join(home, 'dist/cronkeeper.js'), way);
    }
  });

  test('says what to do when the program is not built', () => {
    rmSync(join(home, 'dist'), { recursive: true });
    const { status, stderr } = launch();
    assert.equal(status, 2);
    assert.match(stderr, /not built.*\n.*npm ci/);
  });

  test('says what to do when there is no Node', () => {
    const { status, stderr } = launch();
    assert.equal(status, 2);
    assert.match(stderr, /no Node was found.*\nInstall Node/);
  });

  test('does not follow links for ever', () => {
    symlinkSync('b', join(scratch, 'a'));
    symlinkSync('a', join(scratch, 'b'));
    const looped = spawnSync('/bin/sh', ['-c', `. "${launcher}"`, join(scratch, 'a')], {
      encoding: 'utf8',
    });
    assert.equal(looped.status, 2);
    assert.match(looped.stderr, /too many links/);
  });
});
