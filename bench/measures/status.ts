import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { launcher, Person, until } from '../../test/journeys/program.ts';
import type { Figure, Measure } from '../measure.ts';

const what = 'status, as a whole process';

/** What it takes to ask how things are, from the shell's view: the launcher, Node, the program, the answer of the runner. */
export const measure: Measure = {
  name: 'status',
  title: 'How long `cronkeeper status` takes beside a Node that does nothing',
  seconds: 15,
  async run(bench) {
    const person = new Person();
    bench.atEnd(() => person.stop());
    await person.type(['add', 'every 365d', '--name', 'far', '--', '/bin/true']);
    const ask = (): Promise<number> => timeOf(launcher, ['status'], person.env, 0);
    const nowhere = await person.type(['status']);
    if (nowhere.code !== 4) throw new Error(`status without a runner ended with ${nowhere.code}`);
    person.start(['runner']);
    await until('readiness', async () => (await person.type(['status'])).code === 0 || undefined);
    const ours: number[] = [];
    const raw: number[] = [];
    // In turns, so that a busy moment of the machine meets both.
    for (let round = 0; round < (bench.isQuick ? 3 : 41); round += 1) {
      raw.push(await timeOf(packagedNode(), ['-e', '0'], person.env, 0));
      ours.push(await ask());
    }
    const figure = (who: string, of: readonly number[], note: string): Figure => ({
      what,
      who,
      statistic: 'median',
      value: median(of),
      unit: 'ms',
      samples: of.length,
      note,
    });
    return [
      figure('cronkeeper', ours, 'through bin/cronkeeper, beside a runner that answers'),
      figure('raw limit', raw, '`node -e 0` of the same Node'),
      {
        ...figure('cronkeeper', ours, 'median of ours by median of Node'),
        what: `${what}, times node -e 0`,
        value: median(ours) / median(raw),
        unit: '×',
        goal: { most: 1.7 },
      },
    ];
  },
};

/** The Node that the launcher takes. */
function packagedNode(): string {
  const packaged = `../../node_modules/node-${process.platform}-${process.arch}/bin/node`;
  const path = join(import.meta.dirname, packaged);
  return existsSync(path) ? path : process.execPath;
}

/** @throws Error when it ends otherwise: then it did something else than what is measured */
async function timeOf(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  wanted: number,
): Promise<number> {
  const began = performance.now();
  const child = spawn(program, args, { env, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  const tookMs = performance.now() - began;
  if (code !== wanted) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  return tookMs;
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
