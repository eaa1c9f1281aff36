import { readCron } from '../../src/core/cron-expression.ts';
import { parseDuration } from '../../src/core/duration.ts';
import type { InstantReader } from '../../src/core/natural-language.ts';
import { type TextReading, understandSchedule } from '../../src/core/schedule-text.ts';
import { seeded } from './grid.ts';

const words =
  'every each at on in the of and to through first second third last 1st 15th 31st monday mon fri friday sundays weekday weekdays weekends day daily days week weekly month monthly year march 1 9 9am 5pm 17:30 25:00 noon midnight hour hourly quarter half 15 minutes 30m 2h 0m 1.5h -5m tomorrow tonight next this am pm * */5 0 9 1-5 5#3 5L L LW 15W L-3 ? @daily @reboot 22-2 60 2026-03-08 2026-03-08T02:30 2027-01-01T00:00:00Z +02:00 Z UTC Europe/Berlin CRON_TZ=Europe/Berlin TZ=x EST twice times a , & ; . / - # \u0000 é 月 🙂 999999999999 1e9'.split(
    ' ',
  );
const zones = [
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
];

export type FuzzResult = {
  texts: number;
  understood: number;
  slowestMs: number;
  slowest: string;
  readonly faults: string[];
};

function randomText(random: () => number): string {
  const pick = (items: readonly string[]): string =>
    items[Math.floor(random() * items.length)] ?? '';
  const shape = random();
  if (shape < 0.7) {
    const length = 1 + Math.floor(random() * 9);
    return Array.from({ length }, () => pick(words)).join(random() < 0.9 ? ' ' : '');
  }
  if (shape < 0.85) {
    const length = Math.floor(random() * 40);
    return Array.from({ length }, () => String.fromCodePoint(32 + Math.floor(random() * 95))).join(
      '',
    );
  }
  // Long runs of one word are what makes careless patterns slow.
  return `${pick(words)}${`${pick(words)}${random() < 0.5 ? ' ' : ''}`.repeat(Math.floor(random() * 120))}${pick(words)}`.slice(
    0,
    510,
  );
}

/** Whether the canonical text, typed at the same moment in another zone, gives the same schedule. */
function meansTheSameAgain(reading: TextReading, now: number): boolean {
  if (reading.kind === 'refused') return true;
  const again = understandSchedule(reading.canonical, { now, zone: 'Asia/Kathmandu' });
  return (
    again.kind === 'understood' &&
    JSON.stringify(again.schedule) === JSON.stringify(reading.schedule)
  );
}

/** Reads random texts and notes every throw, every canonical text that means something else, every answer without advice, and every one that took too long. */
export function fuzzTexts(
  count: number,
  seed: number,
  limitMs: number,
  readInstant?: InstantReader,
): FuzzResult {
  const random = seeded(seed);
  const result: FuzzResult = { texts: 0, understood: 0, slowestMs: 0, slowest: '', faults: [] };
  for (let index = 0; index < count; index += 1) {
    const text = randomText(random);
    const zone = zones[index % zones.length] ?? 'UTC';
    const now = Math.floor(Date.UTC(2020, 0, 1) + random() * 1e12);
    const context = readInstant === undefined ? { now, zone } : { now, zone, readInstant };
    let started = performance.now();
    let tookMs = 0;
    try {
      const reading = understandSchedule(text, context);
      tookMs = performance.now() - started;
      for (let again = 0; tookMs > limitMs && again < 5; again += 1) {
        // A pause of the machine is not the text's fault: it has to be slow each time.
        started = performance.now();
        understandSchedule(text, context);
        tookMs = Math.min(tookMs, performance.now() - started);
      }
      parseDuration(text);
      readCron(text);
      if (reading.kind === 'understood') {
        result.understood += 1;
        if (!meansTheSameAgain(reading, now))
          result.faults.push(`changes: ${JSON.stringify(text)}`);
      }
      if (reading.kind === 'refused' && reading.refusal.remedy === null)
        result.faults.push(`no advice: ${JSON.stringify(text)}`);
    } catch (error) {
      result.faults.push(`threw ${String(error)}: ${JSON.stringify(text)} now ${now} ${zone}`);
    }
    result.texts += 1;
    if (tookMs > result.slowestMs) {
      result.slowestMs = tookMs;
      result.slowest = text;
    }
    if (tookMs > limitMs) result.faults.push(`${tookMs.toFixed(0)} ms: ${JSON.stringify(text)}`);
  }
  return result;
}
