import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const packaged = `node-${process.platform}-${process.arch}`;
const node = join(root, 'node_modules', packaged, 'bin/node');
const skip = existsSync(node) ? false : `no Node is packaged for ${packaged}`;

/** Loads a program as the front door does; ends with 0 when V8 took what was kept of it. */
const look = `
  const { readFileSync } = require('node:fs');
  const [, program, kept] = process.argv;
  const text = '(function (exports, require, module, __filename, __dirname) {' + readFileSync(program, 'latin1') + '\\n})';
  const { Script } = require('node:vm');
  process.exit(new Script(text, { cachedData: readFileSync(kept) }).cachedDataRejected ? 1 : 0);`;

describe('the program that is kept as it was compiled', { skip }, () => {
  let scratch = '';
  let dist = '';
  let kept = '';
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'cronkeeper-kept-'));
    dist = join(scratch, 'dist');
    cpSync(join(root, 'dist'), dist, {
      recursive: true,
      filter: (path) => !/dist.(web|cache)$/.test(path),
    });
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1);
    kept = join(dist, `${packaged}-${version}.compiled`);
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const isTaken = (): boolean =>
    spawnSync(node, ['-e', look, join(dist, 'program.js'), kept]).status === 0;
  const answer = (): string =>
    spawnSync(node, [join(dist, 'cronkeeper.js'), '--version'], { encoding: 'utf8' }).stdout;

  test('is what the packaged Node would compile', () => {
    assert.ok(existsSync(kept), `${kept} is missing: npm run build`);
    assert.ok(isTaken());
    assert.match(answer(), /^cronkeeper \d/);
  });

  test('is not taken for another text, and the program runs all the same', () => {
    const program = join(dist, 'program.js');
    writeFileSync(program, `${readFileSync(program, 'utf8')}// other\n`);
    assert.ok(!isTaken());
    assert.match(answer(), /^cronkeeper \d/);
  });

  test('may be cut short or missing, and the program runs all the same', () => {
    writeFileSync(kept, readFileSync(kept).subarray(0, 10_000));
    assert.ok(!isTaken());
    assert.match(answer(), /^cronkeeper \d/);
    rmSync(kept);
    assert.match(answer(), /^cronkeeper \d/);
  });
});
