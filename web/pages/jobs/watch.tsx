import { pointInTime, useNow, viewerZone } from '../../parts/moment.ts';
import { markOf, sights } from '../../parts/outcome.tsx';
import type { Listed } from './use-jobs.ts';

const hourMs = 3_600_000;
const spanMs = 24 * hourMs;
/** Units of the drawing; it is stretched to the width that there is. */
const width = 1_440;
const height = 34;

/** A job that did so is expected to do well next time. */
const calm: ReadonlySet<string> = new Set([
  'succeeded',
  'running',
  'queued',
  'skipped',
  'cancelled',
]);

/**
 * The watch: the next 24 hours as a ruler, night shaded, with a stroke for each of the listed jobs at its next time, in the colour
 * of what went wrong last. Where strokes crowd, they stand darker.
 */
export function Watch({ jobs }: { readonly jobs: readonly Listed[] }) {
  const now = Math.floor(useNow() / 60_000) * 60_000;
  const strokes = jobs.flatMap(({ id, nextFireAt, lastRuns: [latest] }) => {
    const ms = nextFireAt === null ? -1 : Date.parse(nextFireAt) - now;
    const mark = latest === undefined ? 'succeeded' : markOf(latest);
    const colour = calm.has(mark) ? 'text-glow' : sights[mark].colour;
    return ms < 0 || ms > spanMs ? [] : [{ id, colour, x: (ms / spanMs) * width }];
  });
  const words = `${strokes.length} of the listed jobs fire within 24 hours`;
  return (
    <figure className="mb-4">
      <svg
        role="img"
        aria-label={words}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="block h-8 w-full overflow-hidden rounded-box border border-line bg-sheet"
      >
        <title>{words}</title>
        {hoursFrom(now).map(({ at, hour }) => {
          const x = ((at - now) / spanMs) * width;
          const isNight = hour >= 22 || hour < 6;
          return (
            <g key={at}>
              {isNight && (
                <rect x={x} y={0} width={width / 24} height={height} className="fill-night" />
              )}
              <line
                x1={x}
                x2={x}
                y1={hour % 6 === 0 ? 0 : height - 6}
                y2={height}
                className="stroke-edge/50"
                strokeWidth={1}
                vectorEffect="non-scaling-stroke"
              />
            </g>
          );
        })}
        {strokes.map(({ id, x, colour }) => (
          <line
            key={id}
            x1={x}
            x2={x}
            y1={7}
            y2={height - 7}
            className={colour}
            stroke="currentColor"
            strokeOpacity={0.8}
            strokeWidth={3}
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <figcaption className="mt-0.5 flex justify-between text-[0.78rem] text-soft" aria-hidden>
        <span>now</span>
        {[6, 12, 18].map((hours) => (
          <span key={hours}>{pointInTime(now + hours * hourMs, viewerZone, now)}</span>
        ))}
        <span>in 24 h</span>
      </figcaption>
    </figure>
  );
}

/** The whole hours of the viewer's clock within the span. */
function hoursFrom(now: number): readonly { readonly at: number; readonly hour: number }[] {
  // Zones differ from UTC by quarters of an hour at least; a whole hour there may be at :30 here.
  const minutes = new Date(now).getMinutes();
  const first = now - minutes * 60_000;
  return Array.from({ length: 25 }, (_, count) => {
    const at = first + count * hourMs;
    return { at, hour: new Date(at).getHours() };
  });
}
