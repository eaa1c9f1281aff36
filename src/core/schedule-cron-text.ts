import { type CronReading, readCron } from './cron-expression.ts';
import {
  acceptCron,
  quoted,
  refuse,
  type TextContext,
  type TextReading,
} from './schedule-answers.ts';
import { looksLikeZone, zoneNameOf } from './time-zone.ts';

const readings = new Map<string, CronReading>();
const maxReadings = 10_000;

/** As `readCron`, which takes longer than all the rest of understanding a schedule: many jobs share few expressions. */
function readCronOnce(text: string): CronReading {
  const known = readings.get(text);
  if (known !== undefined) return known;
  const reading = readCron(text);
  if (reading.kind === 'refused') return reading;
  if (readings.size >= maxReadings) readings.clear();
  readings.set(text, reading);
  return reading;
}

/** Reads an expression whose fields stand in our order. */
export function readCronText(
  text: string,
  context: TextContext,
  notes: readonly string[] = [],
): TextReading {
  const reading = readCronOnce(text);
  return reading.kind === 'cron' ? acceptCron(reading.cron, context, notes) : reading;
}

/**
 * Six fields are read with seconds first, as nearly all programs do; with seconds last, as Hermes does, only if they
 * cannot be meant otherwise. `S M * D M W` with a single small number at the end makes sense both ways and is refused.
 */
function readSixFields(fields: readonly string[], context: TextContext): TextReading {
  const secondsFirst = readCron(fields.join(' '));
  const last = fields.at(-1) ?? '';
  const moved = [last, ...fields.slice(0, -1)].join(' ');
  const secondsLast = readCron(moved);
  if (secondsLast.kind === 'refused') return readCronText(fields.join(' '), context);
  if (secondsFirst.kind === 'refused') {
    return acceptCron(secondsLast.cron, context, [
      'The sixth field was read as seconds, as Hermes writes them; the canonical form has seconds first.',
    ]);
  }
  if (fields[2] === '*' && /^[0-7]$/.test(last) && /^[^*?]/.test(fields[1] ?? '')) {
    const weekday = 'SUN MON TUE WED THU FRI SAT SUN'.split(' ')[Number(last)] ?? '';
    return refuse(
      'schedule_ambiguous',
      `${quoted(fields.join(' '))} has six fields, and both the first and the last could be the seconds.`,
      `For seconds first, type "${[...fields.slice(0, -1), weekday].join(' ')}". For seconds last, type "${moved}".`,
    );
  }
  return acceptCron(secondsFirst.cron, context, ['Six fields: the first is seconds.']);
}

const isCronField = (word: string): boolean => /^[\d*?][\d*?/,\-LW]*$/i.test(word);

/** Cron, if the text looks like it at all: then no other reading is tried. */
export function readAsCron(text: string, context: TextContext): TextReading | null {
  if (text.startsWith('@')) return readCronText(text, context);
  const fields = text.split(/\s+/);
  const [first = '', second = ''] = fields;
  const looksLikeCron =
    isCronField(first) && isCronField(second) && (fields.length >= 4 || text.includes('*'));
  if (!looksLikeCron) return null;
  return fields.length === 6 ? readSixFields(fields, context) : readCronText(text, context);
}

export type ZonedText = { readonly text: string; readonly zone: string };

const abbreviations = new Set(
  'EST EDT CST CDT MST MDT PST PDT ET CT MT PT CET CEST BST IST JST AEST AEDT WET EET MSK'.split(
    ' ',
  ),
);

/** Takes a zone off the front (`TZ=` or `CRON_TZ=`) or the end (with or without "in") of the text. */
export function takeZone(text: string, zone: string): ZonedText | TextReading {
  const front = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(text);
  const end = /^(.*\S)\s+\(?([^\s()]+)\)?$/.exec(text);
  const named = front?.[1] ?? end?.[2] ?? '';
  if (front === null && abbreviations.has(named.toUpperCase())) {
    return refuse(
      'zone_unknown',
      `"${named}" is not a zone: it does not say which summer time holds.`,
      'Name the zone by its place, such as "America/New_York" or "Europe/Berlin", or type "UTC".',
    );
  }
  if (front === null && !looksLikeZone(named)) return { text, zone };
  const known = zoneNameOf(named);
  if (known === null) {
    return refuse(
      'zone_unknown',
      `There is no zone ${quoted(named)}.`,
      'Zones have names such as "Europe/Berlin", "America/New_York" or "UTC".',
    );
  }
  const rest = front?.[2] ?? end?.[1] ?? '';
  return { text: rest.replace(/ in$/i, ''), zone: known };
}
