/**
 * Measures cronkeeper, the raw limits of this machine, and what people would use instead, in one run.
 *
 * A table goes to standard output, progress to standard error.
 */
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Figure, Measure } from './measure.ts';
import { plotLatency } from './plot.ts';
import { joinReports, putFigures, type Report, sayReport, writeReport } from './report.ts';
import { diskFolder, lookAround } from './surroundings.ts';

const help = `Usage: npm run bench -- [options]

Measure cronkeeper beside the raw limits of this machine and other schedulers

Options:
  --only NAME,..  only these measures
  --quick         short versions, which show that they work; the figures count for nothing
  --json FILE     write everything as JSON
  --write         put the figures into docs/PERFORMANCE.md and draw its picture
  --from FILE,..  measure nothing; say or --write what --json kept, of several runs together
  --list          name the measures and how long they take
  -h, --help      show this

Examples:
  npm run bench
  npm run bench -- --only fire-latency --quick
  npm run bench -- --json /tmp/figures.json
  npm run bench -- --from /tmp/figures.json --write

Close what you can: whatever else runs is measured too. Peers are installed on first use, in bench/peers;
as root also PostgreSQL and Redis, through apt.
`;

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
async function runAll(
  folder: string,
  measures: readonly Measure[],
  isQuick: boolean,
): Promise<Report> {
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
      figures.push(...(await inFolder(folder, (bench) => run({ ...bench, isQuick, skip }))));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      skip(name, error.message);
    }
    took.push({ measure: name, seconds: Math.round((performance.now() - began) / 1_000) });
  }
  const loadAfter = Number(loadavg()[0]?.toFixed(2));
  return { runs: [{ surroundings, took, loadAfter }], isQuick, figures, notMeasured };
}

/** Ends what the present measure started. */
let stopping: () => Promise<void> = async () => {};

/** Whoever is tired of waiting leaves nothing running. */
function endOnSignal(remove: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void stopping().finally(() => {
        remove();
        process.exit(130);
      });
    });
}

/**
 * Gives a measure a folder on a real disk, which is the folder for temporary files of all that it starts, too. It stays for now: where
 * thousands of files were deleted, ext4 makes new ones several times as slowly for up to five minutes.
 */
async function inFolder<T>(
  parent: string,
  run: (bench: Pick<Bench, 'folder' | 'tell' | 'atEnd'>) => Promise<T>,
): Promise<T> {
  const folder = newFolder(parent, 'measure-');
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const undos: (() => void | Promise<void>)[] = [];
  const undo = async (): Promise<void> => {
    for (const one of undos.splice(0).toReversed()) await one();
  };
  stopping = undo;
  try {
    const began = performance.now();
    const tell = (words: string): void => {
      const seconds = Math.round((performance.now() - began) / 1_000);
      say(`  ${String(seconds).padStart(3)} s  ${words}`);
    };
    return await run({ folder, tell, atEnd: (one) => void undos.push(one) });
  } finally {
    await undo();
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** A folder that other users can pass through: PostgreSQL does not run as root. */
function newFolder(parent: string, prefix: string): string {
  const folder = mkdtempSync(join(parent, prefix));
  chmodSync(folder, 0o755);
  return folder;
}

async function measureAll(measures: readonly Measure[], isQuick: boolean): Promise<Report> {
  const folder = newFolder(diskFolder(), 'ck-bench-');
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  endOnSignal(remove);
  try {
    return await runAll(folder, measures, isQuick);
  } finally {
    remove();
  }
}

function readReports(files: readonly string[]): Report {
  const reports: readonly Report[] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
  return joinReports(reports);
}

const page = join(import.meta.dirname, '..', 'docs', 'PERFORMANCE.md');
const picture = join(import.meta.dirname, '..', 'docs', 'pictures', 'latency.svg');

/** Puts a report into the page and draws its picture. */
function writePage(report: Report): void {
  writeFileSync(page, putFigures(readFileSync(page, 'utf8'), writeReport(report)));
  writeFileSync(picture, plotLatency(report.figures));
  say(`written: ${page}, ${picture}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      from: { type: 'string' },
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
  const report: Report =
    values.from === undefined
      ? await measureAll(chosen, values.quick)
      : readReports(values.from.split(','));
  process.stdout.write(sayReport(report));
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(report, null, 2));
  if (values.write) writePage(report);
  return 0;
}

process.exitCode = await main();
