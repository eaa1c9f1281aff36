import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = 'export const work = async (): Promise<number> => await Promise.resolve(1);';

/**
 * One planted mistake for each rule that guarantees rest on. Several are in the linter's nursery, where they may be renamed or need
 * types to see anything: a rule that went blind would otherwise stay silent for ever.
 */
const mistakes: Readonly<Record<string, string>> = {
  'nursery/noFloatingPromises': 'work();',
  'nursery/noMisusedPromises': 'if (work()) box = 1;',
  'nursery/noReturnInFinally':
    'export const x = async (): Promise<number> => await work().finally(() => { return 5; });',
  'nursery/noUnsafeTypeAssertion': 'export const x = (y: unknown): string => y as string;',
  'nursery/useAwaitThenable': 'export const x = await 5;',
  'nursery/useExhaustiveSwitchCases':
    "export function x(y: 'a' | 'b'): void { switch (y) { case 'a': box = 1; } }",
  'nursery/usePromiseRejectErrors': "export const x = Promise.reject('no');",
  'performance/noBarrelFile': "export { a } from './a.ts';",
  'style/noDefaultExport': 'export default 1;',
  'style/noEnum': 'export enum X { A }',
  'style/noNamespace': 'export namespace X { export const a = 1; }',
  'style/noNonNullAssertion': 'export const x = (y: string | null): string => y!;',
  'style/noParameterProperties': 'export class X { constructor(readonly a: number) {} }',
  'style/useErrorCause':
    "export function x(): void { try { box = 1; } catch (e) { throw new Error('x'); } }",
  'style/useThrowOnlyError': "export function x(): void { throw 'x'; }",
  'suspicious/noExplicitAny': 'export const x = (y: any): number => y;',
};

test('the linter reports every planted mistake by the rule meant for it', () => {
  // Inside the project: elsewhere the linter does not look at types.
  const folder = mkdtempSync(join(root, '.lint-'));
  try {
    for (const [rule, text] of Object.entries(mistakes)) {
      const name = `${rule.replace('/', '-')}.ts`;
      writeFileSync(join(folder, name), `${work}\nexport let box = 0;\n${text}\n`);
    }
    const args = ['lint', '--config-path', root, '--vcs-enabled=false', '--max-diagnostics=none'];
    const ran = spawnSync(join(root, 'node_modules/.bin/biome'), [...args, '--colors=off', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const said = ran.stdout + ran.stderr;
    for (const rule of Object.keys(mistakes)) {
      const file = `${rule.replace('/', '-')}.ts`;
      const line = new RegExp(`${file}:\\d+:\\d+ lint/${rule} `);
      assert.ok(line.test(said), `${rule} reported nothing`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
