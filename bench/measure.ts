/** What a figure is counted in. */
export type Unit = 'ms' | 'µs' | 's' | '/s' | 'MB' | '/min' | 'ms/min' | '×' | 'count';

/** One measured number of one party. */
export type Figure = {
  /** What was measured; parties are compared where this is the same, as "fire latency, one job a second". */
  readonly what: string;
  /** "cronkeeper", "raw limit", or a peer with its version. */
  readonly who: string;
  readonly statistic: 'p50' | 'p99' | 'max' | 'median' | 'mean' | 'total';
  readonly value: number;
  readonly unit: Unit;
  /** How many observations the statistic is of. */
  readonly samples: number;
  /** What we promise ourselves of it; only on figures of ours. */
  readonly goal?: { readonly most: number } | { readonly least: number };
  /** What a reader has to know to compare it fairly, as "not durable". */
  readonly note?: string;
};

/** What the frame gives to a measure. */
export type Bench = {
  /** A short version that shows that it works; its figures count for nothing. */
  readonly isQuick: boolean;
  /** A folder of its own on a real disk, removed at the end of the whole run: a file system is slower for minutes after many deletions. */
  readonly folder: string;
  /** What a person who waits sees. */
  readonly tell: (words: string) => void;
  /** Says visibly that somebody could not be measured, and why: "BullMQ", "redis-server is not installed: apt-get install redis-server". */
  readonly skip: (who: string, why: string) => void;
  /** Runs when the measure is over, also when it failed; last in, first out. */
  readonly atEnd: (undo: () => void | Promise<void>) => void;
};

/** One thing that is measured, of everybody in the same run. */
export type Measure = {
  /** As it is named on the command line. */
  readonly name: string;
  readonly title: string;
  /** About how long the whole version takes. */
  readonly seconds: number;
  /** @throws Error in words, when it cannot be measured here */
  readonly run: (bench: Bench) => Promise<readonly Figure[]>;
};
