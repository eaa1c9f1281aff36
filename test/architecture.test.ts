import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { floorOf, isIn, isTest, type Sources, violations } from './architecture/check.ts';
import {
  clockPlaces,
  leastFiles,
  longFiles,
  modules,
  mostLines,
  mostReadmeLines,
} from './architecture/house.ts';
import { readFacts } from './architecture/source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const house: Sources = new Map(
  globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}'], { cwd: root })
    .filter((path) => !path.endsWith('.d.ts'))
    .sort()
    .map((path) => [path, read(path)]),
);
const lines = (text: string): number => text.split('\n').length - 1;

describe('the house', () => {
  test('keeps its rules', () => {
    assert.deepEqual(violations(house), []);
  });

  test('has something to check on each floor', () => {
    for (const [floor, least] of Object.entries(leastFiles)) {
      const seen = [...house.keys()].filter(
        (path) => floorOf(path)?.floor === floor && !isTest(path),
      );
      assert.ok(seen.length >= least, `only ${seen.length} files were seen in ${floor}`);
    }
  });

  test('makes no exception that nobody needs', () => {
    for (const path of Object.keys(longFiles)) {
      assert.ok(lines(house.get(path) ?? '') > mostLines, `${path} is short enough now`);
    }
    for (const name of Object.keys(modules).filter((one) => !one.startsWith('node:'))) {
      assert.ok(read('package.json').includes(`"${name}"`), `${name} is not a dependency`);
    }
    for (const place of Object.keys(clockPlaces)) {
      const there = [...house].filter(([path]) => isIn(path, [place]) && !isTest(path));
      const used = there.flatMap(([path, text]) => readFacts(path, text).clockUses);
      assert.ok(there.length === 0 || used.length > 0, `${place} needs no clock now`);
    }
  });

  test('explains every folder in at most 30 lines', () => {
    const folders = new Set<string>();
    for (const path of house.keys()) {
      for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
        folders.add(folder);
      }
    }
    assert.ok(folders.size >= 3);
    for (const folder of folders) {
      const readme = globSync(`${folder}/README.md`, { cwd: root }).map(read)[0];
      assert.ok(readme !== undefined, `${folder} has no README.md`);
      assert.ok(lines(readme) <= mostReadmeLines, `${folder}/README.md is too long`);
    }
  });

  test('names no place outside itself', () => {
    const places = '{src,test,scripts,bench,web,docs,bin,.ci}/**/*';
    const files = globSync([places, '*.{md,json}', '.ci/*'], {
      cwd: root,
      withFileTypes: true,
      exclude: (entry) => entry.name === 'node_modules',
    })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    assert.ok(files.length >= 20);
    // Written in pieces, so that this file does not find itself.
    const outside = new RegExp(['(?<![\\w.-])/wo', 'rk(?![\\w-])|\\.\\./sha', 'red/'].join(''));
    const named = files.filter((file) => outside.test(readFileSync(file, 'utf8')));
    assert.deepEqual(named, []);
  });
});

/** A small house in which one file is wrong at a time. */
const sound: Readonly<Record<string, string>> = {
  'src/core/a.ts': `export type A = { readonly a: number };\n`,
  'src/ports/p.ts': `import type { A } from '../core/a.ts';\nexport type P = { a(): A };\n`,
  'src/adapters/stores/sqlite-driver.ts': `import { DatabaseSync } from 'node:sqlite';\nexport { DatabaseSync };\n`,
  'src/adapters/executors/local.ts': `import { spawn } from 'node:child_process';\nexport { spawn };\n`,
  'src/doors/cli/cli.ts': `import { Command } from 'commander';\nexport { Command };\n`,
  'src/doors/http/http.ts': `export const http = 1;\n`,
  'src/operations/o.ts': `export type O = { readonly o: number };\n`,
  'web/page.tsx': `import type { O } from '../src/operations/o.ts';\nexport const page = (o: O) => <p>{o.o}</p>;\n`,
};
const broken = (path: string, text: string): readonly string[] =>
  violations(new Map(Object.entries({ ...sound, [path]: text })));

describe('the check', () => {
  test('finds nothing in a sound house', () => {
    assert.deepEqual(violations(new Map(Object.entries(sound))), []);
  });

  const executor = '../../adapters/executors/local.ts';
  const wrong: readonly (readonly [name: string, path: string, text: string, said: RegExp])[] = [
    [
      'a door that imports an executor',
      'src/doors/cli/x.ts',
      `import { spawn } from '${executor}';`,
      /doors\/\*.*executors/,
    ],
    [
      'a door that loads an executor lazily',
      'src/doors/cli/x.ts',
      `const x = await import('${executor}');`,
      /doors\/\*.*executors/,
    ],
    [
      'a lazy import by template',
      'src/doors/cli/x.ts',
      `await import(\`${executor}\`);`,
      /doors\/\*.*executors/,
    ],
    [
      'a type taken from an executor',
      'src/doors/cli/x.ts',
      `import type { X } from '${executor}';`,
      /doors\/\*.*executors/,
    ],
    [
      'a type taken in passing',
      'src/doors/cli/x.ts',
      `export type X = import('${executor}').X;`,
      /doors\/\*.*executors/,
    ],
    [
      'an executor handed on',
      'src/doors/cli/x.ts',
      `export { spawn } from '${executor}';`,
      /doors\/\*.*executors/,
    ],
    [
      'an executor handed on whole',
      'src/doors/cli/x.ts',
      `export * from '${executor}';`,
      /doors\/\*.*executors/,
    ],
    [
      'a door that requires',
      'src/doors/cli/x.ts',
      `const x = require('${executor}');`,
      /doors\/\*.*executors/,
    ],
    [
      'a door that makes its own require',
      'src/doors/cli/x.ts',
      `import { createRequire } from 'node:module';`,
      /node:module.*no table/,
    ],
    [
      'a door that starts processes',
      'src/doors/cli/x.ts',
      `import cp from 'node:child_process';`,
      /child_process/,
    ],
    [
      'a module reached without import',
      'src/doors/cli/x.ts',
      `process.getBuiltinModule('node:child_process');`,
      /child_process/,
    ],
    [
      'an import that is computed',
      'src/doors/cli/x.ts',
      `export const load = (name: string) => import(name);`,
      /computed/,
    ],
    [
      'a door that imports its sibling',
      'src/doors/cli/x.ts',
      `import { http } from '../http/http.ts';`,
      /sibling/,
    ],
    [
      'an adapter that imports its sibling',
      'src/adapters/stores/x.ts',
      `import '../executors/local.ts';`,
      /sibling/,
    ],
    [
      'core that imports ports',
      'src/core/x.ts',
      `import type { P } from '../ports/p.ts';`,
      /\(core\) imports/,
    ],
    ['core that imports Node', 'src/core/x.ts', `import { join } from 'node:path';`, /node:path/],
    ['core that imports a package', 'src/core/x.ts', `import { z } from 'zod';`, /zod/],
    [
      'Node by its old name',
      'src/adapters/stores/x.ts',
      `import fs from 'fs';`,
      /imports fs, which is in no table/,
    ],
    [
      'a second file that opens SQLite',
      'src/adapters/stores/x.ts',
      `import 'node:sqlite';`,
      /node:sqlite/,
    ],
    ['a package by a path inside it', 'src/loops/x.ts', `import 'zod/mini';`, /zod/],
    ['a file outside src', 'src/core/x.ts', `import p from '../../package.json';`, /outside src/],
    ['an absolute file', 'src/main/x.ts', `import '/etc/x.ts';`, /outside src/],
    ['a file that does not exist', 'src/core/x.ts', `import './y.ts';`, /does not exist/],
    ['a program that imports a test', 'src/core/x.ts', `import './a.test.ts';`, /imports the test/],
    [
      'a page that takes what runs',
      'web/x.ts',
      `import { O } from '../src/operations/o.ts';`,
      /only take types/,
    ],
    [
      'a page that takes a type in passing, and what runs with it',
      'web/x.ts',
      `import { type O } from '../src/operations/o.ts';`,
      /only take types/,
    ],
    [
      'a page that takes types of a port',
      'web/x.ts',
      `import type { P } from '../src/ports/p.ts';`,
      /\(web\) imports/,
    ],
    ['a page with a schema library', 'web/x.ts', `import { z } from 'zod';`, /zod/],
    ['a page that uses Node', 'web/x.tsx', `import { join } from 'node:path';`, /node:path/],
    [
      'a program that imports the page',
      'src/core/x.ts',
      `import { page } from '../../web/page.tsx';`,
      /outside src/,
    ],
    ['a folder that is no floor', 'src/utils/x.ts', `export const x = 1;`, /no floor/],
    ['a file that belongs to no door', 'src/doors/x.ts', `export const x = 1;`, /no floor/],
    ['a cycle of types', 'src/core/a.ts', `import type { A } from './a.ts';`, /imports itself/],
    ['a file that is too long', 'src/core/x.ts', '\n'.repeat(mostLines + 1), /longer than/],
    ['the wall clock', 'src/core/x.ts', `export const x = Date.now();`, /Date\.now/],
    ['the wall clock in brackets', 'src/core/x.ts', `export const x = Date['now']();`, /Date\.now/],
    ['the wall clock by new', 'src/core/x.ts', `export const x = new Date();`, /uses Date/],
    ['the wall clock by call', 'src/core/x.ts', `export const x = Date();`, /uses Date/],
    ['a clock under another name', 'src/core/x.ts', `const { now } = Date;`, /uses Date/],
    ['a timer', 'src/loops/x.ts', `setTimeout(() => {}, 5);`, /setTimeout/],
    [
      'a timer under another name',
      'src/loops/x.ts',
      `const later = globalThis.setInterval;`,
      /setInterval/,
    ],
    [
      'a deadline by signal',
      'src/doors/cli/x.ts',
      `AbortSignal.timeout(5);`,
      /AbortSignal\.timeout/,
    ],
    ['chance', 'src/core/x.ts', `export const x = Math.random();`, /Math\.random/],
    ['a clock taken whole', 'src/core/x.ts', `const source = Math;`, /uses Math/],
    ['chance under another name', 'src/core/x.ts', `const { random } = Math;`, /uses Math/],
    ['the monotonic clock', 'src/core/x.ts', `process.hrtime.bigint();`, /process\.hrtime/],
    ['the clock of the page', 'src/core/x.ts', `performance.now();`, /performance/],
  ];
  for (const [name, path, text, said] of wrong) {
    test(`reports ${name}`, () => {
      const found = broken(path, text);
      assert.ok(found.length >= 1 && found.every((one) => said.test(one)), `it said: ${found}`);
    });
  }

  const right: readonly (readonly [name: string, path: string, text: string])[] = [
    [
      'imports in comments and strings',
      'src/core/x.ts',
      `// import 'zod'\n/* require('zod') */ export const x = "import 'zod'";`,
    ],
    [
      'dates made from an instant',
      'src/core/x.ts',
      `export const x = (at: number): Date => new Date(at);`,
    ],
    [
      'other parts of what holds a clock',
      'src/core/x.ts',
      `const { floor } = Math;\nexport { floor };`,
    ],
    [
      'methods that share a name with a timer',
      'src/core/x.ts',
      `export const x = { setTimeout: 1, now: () => 2 };\nexport const y = x.setTimeout;`,
    ],
    ['the clock where it belongs', 'src/adapters/host/x.ts', `export const x = Date.now();`],
    [
      'the version read from package.json',
      'src/main/x.ts',
      `import manifest from '../../package.json' with { type: 'json' };\nexport { manifest };`,
    ],
    [
      'types of the schema library in the page',
      'web/x.ts',
      `import type { z } from 'zod';\nimport './styles.css';\nexport type X = z.ZodType;`,
    ],
    ['tests, whatever they import', 'src/core/x.test.ts', `import '${executor}';\nDate.now();`],
  ];
  for (const [name, path, text] of right) {
    test(`lets pass ${name}`, () => assert.deepEqual(broken(path, text), []));
  }

  test('does not pass over a file that it cannot read', () => {
    assert.throws(() => broken('src/core/x.ts', 'export const = 1;'), /does not parse/);
  });
});
