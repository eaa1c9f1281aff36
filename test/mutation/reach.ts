import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

type Range = { readonly startOffset: number; readonly endOffset: number; readonly count: number };

/** What one test file reaches: for each file of the project, the stretches that V8 counted. The first is the module itself. */
export type Reach = ReadonlyMap<string, readonly (readonly Range[])[]>;

/** Runs one test file as it is and answers what it reached. @throws when it is not green */
export async function measureReach(test: string): Promise<Reach> {
  const folder = await mkdtemp(join(tmpdir(), 'ck-reach-'));
  try {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, [test], {
      cwd: root,
      env: { ...env, NODE_V8_COVERAGE: folder },
      stdio: 'ignore',
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`${test} fails without any mutant`);
    const reach = new Map<string, readonly (readonly Range[])[]>();
    const base = pathToFileURL(root).href;
    for (const name of await readdir(folder)) {
      const report: { result: { url: string; functions: { ranges: Range[] }[] }[] } = JSON.parse(
        await readFile(join(folder, name), 'utf8'),
      );
      for (const { url, functions } of report.result) {
        if (url.startsWith(`${base}src/`))
          reach.set(
            url.slice(base.length),
            functions.map(({ ranges }) => ranges),
          );
      }
    }
    return reach;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Whether the test ran the innermost stretch around this place. What runs while the file is loaded counts as reached only by a
 * test that also calls something of the file: half of all tests load it without asking it anything.
 */
export function reaches(reach: Reach, { file, start }: Mutant): boolean {
  const functions = reach.get(file) ?? [];
  let innermost: Range | null = null;
  for (const range of functions.flat()) {
    if (range.startOffset > start || start >= range.endOffset) continue;
    const size = range.endOffset - range.startOffset;
    if (innermost === null || size <= innermost.endOffset - innermost.startOffset)
      innermost = range;
  }
  if (innermost === null || innermost.count === 0) return false;
  const [module = [], ...called] = functions;
  if (innermost !== module[0]) return true;
  return called.length === 0 || called.some(([body]) => (body?.count ?? 0) > 0);
}
