import type { TimelineAnswer } from '../../../src/operations/outputs-timeline.ts';
import { type Mark, markOf } from '../../parts/outcome.tsx';

export type Line = TimelineAnswer['jobs'][number];
type Decision = Line['past'][number];

/** What stands at one place of a line: one run, several that would lie on each other, or what is to come. */
export type Cell = {
  readonly kind: 'past' | 'ahead';
  /** The worst of them; what is to come has none yet. */
  readonly mark: Mark | null;
  /** Where it stands. Neighbours are a slot apart at least, so that each can be pointed at; a band reaches from `from` to `to`. */
  readonly at: number;
  readonly isBand: boolean;
  readonly from: number;
  readonly to: number;
  /** Occurrences and requests. */
  readonly count: number;
  readonly counts: ReadonlyMap<Mark, number>;
  /** The run, when there is only one. */
  readonly run: string | null;
};

export type Stretch = { readonly since: number; readonly now: number; readonly until: number };

/** The worst first: what would lie on each other shows what a person has to know. */
const severity: readonly Mark[] = [
  'missed',
  'refused',
  'unknown',
  'failed',
  'timed_out',
  'undecided',
  'cancelled',
  'running',
  'queued',
  'skipped',
  'succeeded',
];
const badMarks: ReadonlySet<Mark> = new Set([
  'missed',
  'refused',
  'unknown',
  'failed',
  'timed_out',
  'undecided',
]);

export const isBad = (mark: Mark | null): boolean => mark !== null && badMarks.has(mark);

const worstOf = (marks: Iterable<Mark>): Mark => {
  const held = new Set(marks);
  return severity.find((mark) => held.has(mark)) ?? 'succeeded';
};

/** Decisions in places of `slotMs`; a range that is longer than one is a place of its own. */
export function pastCells(line: Line, { since, now }: Stretch, slotMs: number): readonly Cell[] {
  const slots = new Map<number, Decision[]>();
  const ranges: Cell[] = [];
  for (const decision of line.past) {
    const at = Math.max(since, Date.parse(decision.at));
    const to = decision.until === null ? at : Math.min(now, Date.parse(decision.until));
    const isRange = decision.count > 1 && to - at > slotMs;
    const goesOn = decision.state === 'running' && now - at > slotMs;
    if (isRange || goesOn)
      ranges.push({ ...cellOf([decision], at, goesOn ? now : to), at, isBand: true });
    else {
      const slot = Math.floor((at - since) / slotMs);
      const held = slots.get(slot);
      if (held === undefined) slots.set(slot, [decision]);
      else held.push(decision);
    }
  }
  const cells = [...slots].map(([slot, decisions]): Cell => {
    const times = decisions.map((one) => Date.parse(one.at));
    const at = since + (slot + 0.5) * slotMs;
    const cell = cellOf(decisions, Math.min(...times), Math.max(...times));
    return { ...cell, at, isBand: false };
  });
  return [...cells, ...ranges].sort((one, other) => one.from - other.from);
}

function cellOf(
  decisions: readonly Decision[],
  from: number,
  to: number,
): Omit<Cell, 'at' | 'isBand'> {
  const counts = new Map<Mark, number>();
  for (const decision of decisions) {
    const mark = markOf(decision);
    counts.set(mark, (counts.get(mark) ?? 0) + decision.count);
  }
  const [first] = decisions;
  return {
    kind: 'past',
    mark: worstOf(counts.keys()),
    from,
    to,
    count: [...counts.values()].reduce((sum, one) => sum + one, 0),
    counts,
    run: decisions.length === 1 && first !== undefined ? first.run : null,
  };
}

/** What fills more of its places than this is drawn as one band: a hundred rings tell no more. */
const crowded = 0.6;

/** What is to come in places of `slotMs`; a job that fires too often to tell them apart is one band. */
export function aheadCells(line: Line, { now, until }: Stretch, slotMs: number): readonly Cell[] {
  const ahead = { kind: 'ahead', mark: null, counts: new Map<Mark, number>(), run: null } as const;
  if (line.first === null || line.last === null) return [];
  const slots = new Map<number, { from: number; to: number; count: number }>();
  for (const text of line.next) {
    const at = Date.parse(text);
    const slot = Math.floor((at - now) / slotMs);
    const held = slots.get(slot);
    if (held === undefined) slots.set(slot, { from: at, to: at, count: 1 });
    else {
      held.to = at;
      held.count += 1;
    }
  }
  const isCrowded = slots.size > Math.max(6, ((until - now) / slotMs) * crowded);
  if (line.next.length === 0 || isCrowded) {
    const [from, to] = [Date.parse(line.first), Date.parse(line.last)];
    return [{ ...ahead, at: from, isBand: true, from, to, count: line.count }];
  }
  return [...slots].map(([slot, { from, to, count }]) => {
    const at = Math.min(until - slotMs / 2, now + (slot + 0.5) * slotMs);
    return { ...ahead, at, isBand: false, from, to, count };
  });
}

/** How often each mark stands on these lines. */
export function totals(lines: readonly Line[]): ReadonlyMap<Mark, number> {
  const counts = new Map<Mark, number>();
  for (const { past } of lines) {
    for (const decision of past) {
      const mark = markOf(decision);
      counts.set(mark, (counts.get(mark) ?? 0) + decision.count);
    }
  }
  return counts;
}

const wrongIn = (line: Line): number =>
  line.past.reduce((sum, one) => sum + (isBad(markOf(one)) ? one.count : 0), 0);

/** Lines with something wrong first, else by name. */
export const inOrder = (lines: readonly Line[]): readonly Line[] => [
  ...lines.filter((line) => wrongIn(line) > 0),
  ...lines.filter((line) => wrongIn(line) === 0),
];

export const hasWrong = (line: Line): boolean => wrongIn(line) > 0;
