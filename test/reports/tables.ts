import type { Testimony } from './witness.ts';

/** What became of the occurrences of one job while several processes could run it. */
export type RaceCount = {
  readonly due: number;
  readonly byOwner: number;
  /** For each process that is not the owner and ran something: its name, and how often. */
  readonly byOthers: ReadonlyMap<string, number>;
  readonly cut: number;
  readonly doubled: number;
  readonly neverRan: number;
};

/**
 * @param due the fire times that came while it was watched
 * @param names of the processes that were started, by pid
 */
export function countRace(
  due: readonly string[],
  testimonies: readonly Testimony[],
  names: ReadonlyMap<number, string>,
): RaceCount {
  const expected = new Set(due);
  const seen = testimonies.filter(({ fireTime }) => expected.has(fireTime));
  const by = seen.map(
    ({ chain }) => names.get(chain.find((pid) => names.has(pid)) ?? 0) ?? 'nobody known',
  );
  const others = by.filter((name) => name !== ownerName);
  const times = new Set(seen.map(({ fireTime }) => fireTime));
  return {
    due: expected.size,
    byOwner: by.length - others.length,
    byOthers: new Map(
      [...new Set(others)].map((name) => [name, others.filter((one) => one === name).length]),
    ),
    cut: seen.filter(({ ended }) => !ended).length,
    doubled: seen.length - times.size,
    neverRan: expected.size - times.size,
  };
}

export const ownerName = 'gateway';

/** What became of a job whose client was closed before it was due. */
export type ClientCount = {
  /** What the client was told when it made the job. */
  readonly answer: string;
  /** Null when it did not run. */
  readonly ranAfterMs: number | null;
  /** The same without any scheduler. */
  readonly answerAlone: string;
  readonly statusAlone: string;
};

export type Row = readonly [what: string, naive: string, ours: string];

export function raceRows(naive: RaceCount, ours: RaceCount): readonly Row[] {
  const row = (what: string, say: (count: RaceCount) => string): Row => [
    what,
    say(naive),
    say(ours),
  ];
  return [
    row('came due', ({ due }) => String(due)),
    row('run by the gateway', ({ byOwner }) => String(byOwner)),
    row('run by a desktop', ({ byOthers }) => othersText(byOthers)),
    row('cut off with a desktop', ({ cut }) => String(cut)),
    row('run twice', ({ doubled }) => String(doubled)),
    row('never run', ({ neverRan }) => String(neverRan)),
  ];
}

function othersText(others: ReadonlyMap<string, number>): string {
  if (others.size === 0) return '0';
  const numbers = [...others.values()];
  const all = numbers.reduce((sum, each) => sum + each, 0);
  return `${all} (${numbers.join(' + ')})`;
}

export function clientRows(naive: ClientCount, ours: ClientCount): readonly Row[] {
  const row = (what: string, say: (count: ClientCount) => string): Row => [
    what,
    say(naive),
    say(ours),
  ];
  return [
    row('the answer to the client', ({ answer }) => answer),
    row('the client is gone: the job', ({ ranAfterMs }) =>
      ranAfterMs === null
        ? 'did not run'
        : `ran, ${(ranAfterMs / 1_000).toFixed(1)} s after its time`,
    ),
    row('nobody there to run it: the answer', ({ answerAlone }) => answerAlone),
    row('  and the status', ({ statusAlone }) => statusAlone),
  ];
}

const columns = { what: 36, each: 42 };

/** Two columns side by side under a title; long cells go on in the next line. */
export function renderTable(title: string, rows: readonly Row[]): string {
  const line = `${'-'.repeat(columns.what + columns.each * 2)}\n`;
  const head: Row = ['', 'whoever gets the lock', 'cronkeeper'];
  return `\n${title}\n${line}${render(head)}${line}${rows.map(render).join('')}${line}`;
}

function render(row: Row): string {
  const [what, naive, ours] = row.map((cell, index) =>
    fold(cell, index === 0 ? columns.what : columns.each),
  );
  const height = Math.max(what?.length ?? 0, naive?.length ?? 0, ours?.length ?? 0);
  const at = (cell: readonly string[] | undefined, index: number, width: number): string =>
    (cell?.[index] ?? '').padEnd(width);
  return Array.from({ length: height }, (_, index) =>
    `${at(what, index, columns.what)}${at(naive, index, columns.each)}${at(ours, index, columns.each)}`.trimEnd(),
  )
    .join('\n')
    .concat('\n');
}

function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width - 2 && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
