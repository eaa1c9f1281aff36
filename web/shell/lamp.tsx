import { clsx } from 'clsx';

/** The keeper's lamp: it burns while jobs will run. */
export function Lamp({
  state,
  size = 26,
}: {
  readonly state: 'lit' | 'out' | 'unknown';
  readonly size?: number;
}) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      {state === 'lit' && <circle cx="16" cy="17" r="14" className="fill-glow/20" />}
      <path
        d="M11 8.5 16 5l5 3.5"
        fill="none"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-ink"
      />
      <path
        d="M10.5 11h11l1.5 12h-14z"
        strokeWidth="1.6"
        strokeLinejoin="round"
        className={clsx(
          'stroke-ink',
          state === 'lit' && 'fill-glow',
          state === 'out' && 'fill-none',
          state === 'unknown' && 'animate-pulse fill-line',
        )}
      />
      {state === 'out' && (
        <path d="M13 20.5 19 13.5" strokeWidth="1.6" strokeLinecap="round" className="stroke-bad" />
      )}
      <path d="M9 26h14" strokeWidth="2.4" strokeLinecap="round" className="stroke-ink" />
    </svg>
  );
}
