import { clsx } from 'clsx';
import type { RunAnswer } from '../../src/operations/answers.ts';

type Judged = Pick<RunAnswer, 'state' | 'outcome'>;

/** What became of an occurrence, in one word: its outcome if it ended, else its state. */
export type Mark = Exclude<RunAnswer['state'], 'ended'> | NonNullable<RunAnswer['outcome']>;

export const markOf = ({ state, outcome }: Judged): Mark =>
  state === 'ended' ? (outcome ?? 'unknown') : state;

type Sight = { readonly words: string; readonly colour: string; readonly shape: Shape };

/** Colour never speaks alone: full, cut, hollow, low and dashed bars differ in grey, too. */
type Shape = 'full' | 'cut' | 'hollow' | 'low' | 'dashed';

export const sights: Readonly<Record<Mark, Sight>> = {
  succeeded: { words: 'Succeeded', colour: 'text-good', shape: 'full' },
  failed: { words: 'Failed', colour: 'text-bad', shape: 'cut' },
  timed_out: { words: 'Timed out', colour: 'text-bad', shape: 'cut' },
  unknown: { words: 'Unknown end', colour: 'text-bad', shape: 'dashed' },
  cancelled: { words: 'Cancelled', colour: 'text-idle', shape: 'cut' },
  missed: { words: 'Missed', colour: 'text-missed', shape: 'hollow' },
  refused: { words: 'Refused', colour: 'text-warn', shape: 'hollow' },
  undecided: { words: 'Undecided', colour: 'text-warn', shape: 'dashed' },
  skipped: { words: 'Skipped', colour: 'text-idle', shape: 'low' },
  queued: { words: 'Queued', colour: 'text-busy', shape: 'low' },
  running: { words: 'Running', colour: 'text-busy', shape: 'full' },
};

const barWidth = 6;
const barHeight = 16;

function Bar({ mark, x }: { readonly mark: Mark; readonly x: number }) {
  const { colour, shape } = sights[mark];
  const common = { x: x + 0.75, width: barWidth - 1.5, rx: 1.5 };
  return (
    <g className={clsx(colour, mark === 'running' && 'animate-[breathe_2s_ease-in-out_infinite]')}>
      {shape === 'full' && <rect {...common} y={1} height={14} fill="currentColor" />}
      {shape === 'low' && <rect {...common} y={10} height={5} fill="currentColor" />}
      {shape === 'cut' && (
        <>
          <rect {...common} y={1} height={5.5} fill="currentColor" />
          <rect {...common} y={9.5} height={5.5} fill="currentColor" />
        </>
      )}
      {(shape === 'hollow' || shape === 'dashed') && (
        <rect
          {...common}
          y={1.75}
          height={12.5}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.5}
          strokeDasharray={shape === 'dashed' ? '2.5 2' : undefined}
        />
      )}
    </g>
  );
}

/** The bar alone, where the word stands elsewhere. */
export function Sign({ mark }: { readonly mark: Mark }) {
  return (
    <svg width={barWidth} height={barHeight} aria-hidden="true" className="block">
      <Bar mark={mark} x={0} />
    </svg>
  );
}

/** What became of one run: a bar and the word. */
export function Outcome({ run }: { readonly run: Judged }) {
  const mark = markOf(run);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Sign mark={mark} />
      <span className={sights[mark].colour}>{sights[mark].words}</span>
    </span>
  );
}

/** The last outcomes, the newest at the right, as the bars of a strip of paper. */
export function OutcomeStrip({
  runs,
  length = 10,
}: {
  /** The newest first, as the door answers. */
  readonly runs: readonly Judged[];
  readonly length?: number;
}) {
  const shown = runs.slice(0, length).reverse();
  const step = barWidth + 2;
  const empty = length - shown.length;
  const words =
    shown.length === 0
      ? 'No runs yet'
      : `Last ${shown.length}, oldest first: ${shown.map((run) => sights[markOf(run)].words.toLowerCase()).join(', ')}`;
  return (
    <svg role="img" aria-label={words} width={length * step} height={barHeight} className="block">
      <title>{words}</title>
      {Array.from({ length: empty }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place on the strip is its position
        <rect key={at} x={at * step + 2} y={13.5} width={2} height={1.5} className="fill-edge/60" />
      ))}
      {shown.map((run, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place on the strip is its position
        <Bar key={at} mark={markOf(run)} x={(empty + at) * step} />
      ))}
    </svg>
  );
}

const tones = {
  good: 'border-good/50 text-good',
  bad: 'border-bad/50 text-bad',
  warn: 'border-warn/50 text-warn',
  busy: 'border-busy/50 text-busy',
  idle: 'border-edge/60 text-soft',
} as const;

/** A word that stands out. */
export function Badge({
  tone = 'idle',
  children,
}: {
  readonly tone?: keyof typeof tones;
  readonly children: string;
}) {
  return (
    <span
      className={`rounded-full border px-2 py-px text-[0.8rem] whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
