import { awayWords, placeOf, pointInTime, useNow, viewerZone, wholeTime } from './moment.ts';

/**
 * An instant in the zone of whoever looks. Where the job lives by another clock, that one stands beside it.
 * The title tells everything.
 */
export function Time({
  at,
  zone = null,
  seconds = false,
}: {
  /** UTC ISO 8601. */
  readonly at: string;
  /** The job's zone. */
  readonly zone?: string | null;
  readonly seconds?: boolean;
}) {
  const now = useNow();
  const instant = Date.parse(at);
  const here = pointInTime(instant, viewerZone, now, seconds);
  const there = zone === null ? here : pointInTime(instant, zone, now, seconds);
  const title = [viewerZone, ...(zone === null || zone === viewerZone ? [] : [zone]), 'UTC']
    .map((one) => wholeTime(instant, one))
    .join('\n');
  return (
    <time dateTime={at} title={title}>
      <span className="whitespace-nowrap">{here}</span>
      {there !== here && zone !== null && (
        <>
          {' '}
          <span className="whitespace-nowrap text-soft">
            ({there} in {placeOf(zone)})
          </span>
        </>
      )}
    </time>
  );
}

/** How far away an instant is; counts along. */
export function Away({ at }: { readonly at: string }) {
  const now = useNow();
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={wholeTime(instant, viewerZone)} className="whitespace-nowrap">
      {awayWords(instant, now)}
    </time>
  );
}
