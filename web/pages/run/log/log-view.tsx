import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, Download, WrapText } from 'lucide-react';
import { useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RunAnswer } from '../../../../src/operations/answers.ts';
import { Button } from '../../../parts/button.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { sizeWords } from '../words.ts';
import { useLog } from './log-source.ts';
import type { LogLine } from './log-text.ts';

/** What is this close to the end counts as being there. */
const nearEndPx = 40;
/** Of a long output the end is shown first. */
const tailBytes = 262_144;

/** The output of one attempt: followed while it grows, searched, a page at a time when it is long. */
export function LogView({
  run,
  attempt,
}: {
  readonly run: RunAnswer;
  readonly attempt: number | null;
}) {
  const isLast = attempt === null || attempt === run.attempts.at(-1)?.number;
  // That of the last attempt; how much an earlier one wrote is not known before it was read.
  const size = isLast ? (run.outputBytes ?? 0) : 0;
  const [fromByte, setFromByte] = useState(size > 4 * tailBytes ? size - tailBytes : 0);
  const log = useLog({ run: run.id, attempt, fromByte });
  const isGrowing = log.state === 'following' || log.state === 'reading';
  const [isFollowing, setIsFollowing] = useState(run.state === 'running');
  const [isWrapped, setIsWrapped] = useState(true);
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim().toLowerCase());
  const shown = useMemo(
    () =>
      search === ''
        ? log.lines
        : log.lines.filter(({ text }) => text.toLowerCase().includes(search)),
    [log.lines, search],
  );
  if (log.state === 'absent' && log.lines.length === 0)
    return <p className="text-soft">{absentWords(run)}</p>;
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <input
          type="search"
          className="control w-auto min-w-40 grow sm:max-w-64"
          placeholder="Find in the output"
          aria-label="Find in the output"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {/* While it grows the count changes each second, and nobody wants to hear it. */}
        <p role={search === '' ? undefined : 'status'} className="mr-auto text-soft">
          {search === '' ? whereWords(log) : `${shown.length} of ${log.lines.length} lines`}
        </p>
        {isGrowing && (
          <Button
            small
            look={isFollowing ? 'primary' : 'plain'}
            aria-pressed={isFollowing}
            onClick={() => setIsFollowing(!isFollowing)}
          >
            <ArrowDownToLine size={14} aria-hidden /> Follow
          </Button>
        )}
        <Button
          small
          aria-pressed={isWrapped}
          className="aria-pressed:bg-line"
          onClick={() => setIsWrapped(!isWrapped)}
        >
          <WrapText size={14} aria-hidden /> Wrap
        </Button>
        <Button small onClick={() => save(log.lines, run.id)}>
          <Download size={14} aria-hidden /> Save
        </Button>
      </div>
      {log.problem !== null && <ProblemNote problem={log.problem} />}
      {fromByte > 0 && <Earlier fromByte={fromByte} onGo={(to) => setFromByte(Math.max(0, to))} />}
      <Lines
        lines={shown}
        isNumbered={fromByte === 0}
        isWrapped={isWrapped}
        isFollowing={isFollowing && isGrowing}
        onLeave={() => setIsFollowing(false)}
      />
      {log.state === 'paused' && (
        <div className="flex flex-wrap items-center gap-2">
          <Button onClick={log.readOn}>Read on</Button>
          {isLast && <span className="text-soft">{sizeWords(size - log.nextByte)} more</span>}
        </div>
      )}
      {isLast && run.outputTruncated && log.state === 'whole' && (
        <p className="text-soft">
          The program wrote more than is kept. What is here is what the job’s output limit allows.
        </p>
      )}
    </div>
  );
}

const absentWords = ({ state, startedAt }: RunAnswer): string => {
  if (state === 'queued') return 'It has not begun; output will appear here while it runs.';
  return startedAt === null
    ? 'Nothing was started, so there is no output.'
    : 'The output is no longer kept.';
};

const whereWords = ({ lines, state, dropped }: ReturnType<typeof useLog>): string => {
  if (state === 'reading') return 'Reading …';
  if (state === 'whole' && lines.length === 0) return 'It wrote nothing';
  const count = `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`;
  return dropped > 0 ? `The newest ${count}` : count;
};

function Earlier({
  fromByte,
  onGo,
}: {
  readonly fromByte: number;
  readonly onGo: (fromByte: number) => void;
}) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button small onClick={() => onGo(fromByte - tailBytes)}>
        Earlier
      </Button>
      <Button small onClick={() => onGo(0)}>
        From the beginning
      </Button>
      <span className="text-soft">{sizeWords(fromByte)} before this</span>
    </div>
  );
}

function Lines({
  lines,
  isNumbered,
  isWrapped,
  isFollowing,
  onLeave,
}: {
  readonly lines: readonly LogLine[];
  /** Where the beginning was left out, nobody knows the numbers, and the end is what is wanted. */
  readonly isNumbered: boolean;
  readonly isWrapped: boolean;
  readonly isFollowing: boolean;
  readonly onLeave: () => void;
}) {
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 20,
    getItemKey: (at) => lines[at]?.number ?? at,
  });
  const end = virtual.getTotalSize();
  const isUntouched = useRef(!isNumbered);
  // Before it is painted, so that no move to the end is still to come when somebody leaves it.
  useLayoutEffect(() => {
    // Again when the lines that came were measured.
    if (isFollowing || isUntouched.current) box.current?.scrollTo({ top: end });
  }, [isFollowing, end]);
  if (lines.length === 0) return null;
  return (
    <section
      ref={box}
      aria-label="Lines of the output"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
      tabIndex={0}
      className="h-[min(65vh,42rem)] overflow-auto rounded-box border border-line bg-sheet py-2 font-mono text-[0.86rem] leading-5"
      onWheel={({ deltaY }) => {
        isUntouched.current = false;
        if (isFollowing && deltaY < 0) onLeave();
      }}
      onKeyDown={(event) => {
        const { key, currentTarget } = event;
        isUntouched.current = false;
        if (isFollowing && ['ArrowUp', 'PageUp', 'Home'].includes(key)) onLeave();
        if (key !== 'Home') return;
        // At once: a browser would glide through thousands of lines, and any other move on the way ends that.
        event.preventDefault();
        currentTarget.scrollTo({ top: 0 });
      }}
      onTouchMove={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isUntouched.current = false;
        if (isFollowing && scrollHeight - clientHeight - scrollTop > nearEndPx) onLeave();
      }}
    >
      <div className="relative" style={{ height: end }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          if (line === undefined) return null;
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="absolute top-0 left-0 flex min-w-full hover:bg-line/40"
              style={{
                transform: `translateY(${start}px)`,
                ...(isWrapped ? { width: '100%' } : {}),
              }}
            >
              <span
                aria-hidden
                className={`shrink-0 pr-3 text-right text-soft select-none max-sm:pr-2 ${isNumbered ? 'w-14 max-sm:w-10' : 'w-3'}`}
              >
                {isNumbered && line.number}
              </span>
              <span
                className={`min-h-5 min-w-0 grow pr-3 ${isWrapped ? 'break-words whitespace-pre-wrap' : 'whitespace-pre'}`}
              >
                {line.pieces.map(({ text, look }, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place on the line
                  <span key={at} className={look}>
                    {text}
                  </span>
                ))}
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** What is shown, as a file: without colours. */
function save(lines: readonly LogLine[], run: string): void {
  const text = `${lines.map((line) => line.text).join('\n')}\n`;
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${run}.log`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
