/**
 * Measures cronkeeper, the raw limits of this machine, and what people would use instead, in one run.
 *
 * A table goes to standard output, progress to standard error.
 */
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Figure, Measure } from './measure.ts';
import { diskFolder, lookAround, type Surroundings } from './surroundings.ts';
import { sayTable } from './table.ts';

const help = `Usage: npm run bench -- [options]

Measure cronkeeper beside the raw limits of this machine and other schedulers

Options:
  --only NAME,..  only these measures
  --quick         short versions, which show that they work; the figures count for nothing
  --json FILE     write everything as JSON
  --list          name the measures and how long they take
  -h, --help      show this

Examples:
  npm run bench
  npm run bench -- --only fire-latency --quick
  npm run bench -- --json /tmp/figures.json

Close what you can: whatever else runs is measured too. Peers are installed on first use, in bench/peers;
as root also PostgreSQL and Redis, through apt.
`;

/** All of a run. */
export type Report = {
  readonly surroundings: Surroundings;
  readonly isQuick: boolean;
  readonly figures: readonly Figure[];
  readonly notMeasured: readonly { readonly who: string; readonly why: string }[];
  readonly took: readonly { readonly measure: string; readonly seconds: number }[];
  readonly loadAfter: number;
};

async function findMeasures(): Promise<readonly Measure[]> {
  const files = globSync('measures/*.ts', { cwd: import.meta.dirname }).toSorted();
  const measures: Measure[] = [];
  for (const file of files.filter((name) => !name.endsWith('.test.ts'))) {
    const module: { readonly measure: Measure } = await import(join(import.meta.dirname, file));
    measures.push(module.measure);
  }
  return measures;
}

const say = (words: string): void => void process.stderr.write(`${words}\n`);

/** Runs the measures one after the other; one that fails is a line of what was not measured. */
async function runAll(measures: readonly Measure[], isQuick: boolean): Promise<Report> {
  const surroundings = lookAround();
  const figures: Figure[] = [];
  const notMeasured: { who: string; why: string }[] = [];
  const took: { measure: string; seconds: number }[] = [];
  const skip = (who: string, why: string): void => {
    notMeasured.push({ who, why });
    say(`  not measured: ${who}: ${why}`);
  };
  for (const { name, title, seconds, run } of measures) {
    say(`${name}: ${title} (${isQuick ? 'quick' : `about ${seconds} s`})`);
    const began = performance.now();
    try {
      figures.push(...(await inFolder((bench) => run({ ...bench, isQuick, skip }))));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      skip(name, error.message);
    }
    took.push({ measure: name, seconds: Math.round((performance.now() - began) / 1_000) });
  }
  const loadAfter = Number(loadavg()[0]?.toFixed(2));
  return { surroundings, isQuick, figures, notMeasured, took, loadAfter };
}

/** Gives a measure a folder on a real disk, which is the folder for temporary files of all that it starts, too. */
async function inFolder<T>(
  run: (bench: Pick<Bench, 'folder' | 'tell' | 'atEnd'>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(diskFolder(), 'ck-bench-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const undos: (() => void | Promise<void>)[] = [];
  try {
    const tell = (words: string): void => say(`  ${words}`);
    return await run({ folder, tell, atEnd: (undo) => void undos.push(undo) });
  } finally {
    for (const undo of undos.toReversed()) await undo();
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function sayReport({ surroundings, figures, notMeasured, isQuick, loadAfter }: Report): string {
  const { when, machine, node, sqlite, commit, loadBefore } = surroundings;
  return [
    `${machine}; Node ${node}, SQLite ${sqlite}, commit ${commit}`,
    `${when}; load ${loadBefore} before, ${loadAfter} after`,
    ...(isQuick ? ['QUICK: these figures count for nothing.'] : []),
    '',
    sayTable(figures),
    ...notMeasured.map(({ who, why }) => `not measured: ${who}: ${why}`),
    '',
  ].join('\n');
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const measures = await findMeasures();
  const names = values.only?.split(',') ?? measures.map(({ name }) => name);
  const unknown = names.filter((name) => !measures.some((one) => one.name === name));
  if (values.list) {
    for (const { name, seconds, title } of measures) {
      process.stdout.write(`${name.padEnd(16)} ${String(seconds).padStart(4)} s  ${title}\n`);
    }
    return 0;
  }
  if (unknown.length > 0) {
    say(`No measure is named ${unknown.join(', ')}: see npm run bench -- --list`);
    return 2;
  }
  // It costs each start of Node tens of milliseconds where it is set.
  delete process.env['NODE_EXTRA_CA_CERTS'];
  const chosen = measures.filter(({ name }) => names.includes(name));
  const report = await runAll(chosen, values.quick);
  process.stdout.write(sayReport(report));
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(report, null, 2));
  return 0;
}

process.exitCode = await main();
