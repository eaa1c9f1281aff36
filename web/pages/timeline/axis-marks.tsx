import { placeOf, ticksOf } from './axis.ts';
import type { Stretch } from './lanes.ts';

/** The hours above the lines, and now. */
export function Axis({ stretch, width }: { readonly stretch: Stretch; readonly width: number }) {
  return (
    <div aria-hidden className="relative h-6 text-[0.8rem] text-soft">
      {ticksOf(stretch, width).map(({ at, words, isDay }) => (
        <span
          key={at}
          className={`absolute bottom-1 -translate-x-1/2 whitespace-nowrap ${isDay ? 'font-semibold text-ink' : ''}`}
          style={{ left: `${placeOf(stretch, at)}%` }}
        >
          {isNear(stretch, at, width) ? '' : words}
        </span>
      ))}
      <span
        className="absolute bottom-1 -translate-x-1/2 font-semibold text-lamp"
        style={{ left: `${placeOf(stretch, stretch.now)}%` }}
      >
        now
      </span>
    </div>
  );
}

/** Too close to `now`, or to an edge, for both to be read. */
const isNear = (stretch: Stretch, at: number, width: number): boolean => {
  const px = (placeOf(stretch, at) / 100) * width;
  const nowPx = (placeOf(stretch, stretch.now) / 100) * width;
  return Math.abs(px - nowPx) < 34 || px < 16 || px > width - 16;
};

/** Lines through all jobs, so that an eye finds the hour. */
export function Rulers({ stretch, width }: { readonly stretch: Stretch; readonly width: number }) {
  return (
    <div aria-hidden className="absolute inset-y-0 right-0 left-0 sm:left-48">
      {ticksOf(stretch, width).map(({ at, isDay }) => (
        <span
          key={at}
          className={`absolute inset-y-0 w-px ${isDay ? 'bg-edge/60' : 'bg-line/70'}`}
          style={{ left: `${placeOf(stretch, at)}%` }}
        />
      ))}
      <span
        className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-lamp"
        style={{ left: `${placeOf(stretch, stretch.now)}%` }}
      />
    </div>
  );
}
