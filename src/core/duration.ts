const unitMs = new Map<string, number>(
  [
    { ms: 1, names: ['ms', 'msec', 'millisecond', 'milliseconds'] },
    { ms: 1_000, names: ['s', 'sec', 'secs', 'second', 'seconds'] },
    { ms: 60_000, names: ['m', 'min', 'mins', 'minute', 'minutes'] },
    { ms: 3_600_000, names: ['h', 'hr', 'hrs', 'hour', 'hours'] },
    { ms: 86_400_000, names: ['d', 'day', 'days'] },
    { ms: 604_800_000, names: ['w', 'week', 'weeks'] },
  ].flatMap(({ ms, names }) => names.map((name): [string, number] => [name, ms])),
);

const longestText = 60;

/**
 * Reads a duration such as `90s`, `1h30m`, `1.5h` or `2 hours and 5 minutes`, in milliseconds.
 * Every number needs a unit; larger units come first and no unit comes twice. Signs, months and years are not durations.
 *
 * @returns null if the whole text is not a duration; 0 for `0m`
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '' || trimmed.length > longestText) return null;
  const part = /(\d{1,9}(?:\.\d{1,6})?) ?([a-z]{1,12})(?:(?:, ?| )(?:and )?(?=\d)|(?=\d)|$)/y;
  let totalMs = 0;
  let previousUnitMs = Number.POSITIVE_INFINITY;
  while (part.lastIndex < trimmed.length) {
    const match = part.exec(trimmed);
    if (match === null) return null;
    const ms = unitMs.get(match[2] ?? '');
    if (ms === undefined || ms >= previousUnitMs) return null;
    totalMs += Number(match[1]) * ms;
    previousUnitMs = ms;
  }
  const rounded = Math.round(totalMs);
  return Number.isSafeInteger(rounded) ? rounded : null;
}

/** The shortest of one unit, as `[amount, name]` pairs: both spellings below are built from it. */
function parts(ms: number): readonly { readonly amount: number; readonly unit: string }[] {
  const inSecondsOnly = ms < 120_000 && ms % 60_000 !== 0;
  const units = [
    { unit: 'week', unitMs: 604_800_000, used: ms % 604_800_000 === 0 },
    { unit: 'day', unitMs: 86_400_000, used: true },
    { unit: 'hour', unitMs: 3_600_000, used: true },
    { unit: 'minute', unitMs: 60_000, used: !inSecondsOnly },
    { unit: 'second', unitMs: 1_000, used: true },
    { unit: 'millisecond', unitMs: 1, used: true },
  ];
  const found: { amount: number; unit: string }[] = [];
  let rest = ms;
  for (const { unit, unitMs: size, used } of units) {
    if (!used || rest < size) continue;
    found.push({ amount: Math.floor(rest / size), unit });
    rest %= size;
  }
  return found.length > 0 ? found : [{ amount: 0, unit: 'second' }];
}

/** Canonical text, which `parseDuration` reads as the same milliseconds: `90s`, `1h30m`, `2w`. Not for negative numbers. */
export function formatDuration(ms: number): string {
  return parts(Math.round(ms))
    .map(({ amount, unit }) => `${amount}${unit === 'millisecond' ? 'ms' : unit.charAt(0)}`)
    .join('');
}

/** The same in words: `90 seconds`, `1 hour 30 minutes`. */
export function durationWords(ms: number): string {
  return parts(Math.round(ms))
    .map(({ amount, unit }) => `${amount} ${unit}${amount === 1 ? '' : 's'}`)
    .join(' ');
}
