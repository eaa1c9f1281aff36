import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TranscriptEntry } from '../../core/transcript.ts';
import type { WorkWorld } from '../../ports/work.ts';
import type { Redact } from './environment.ts';

/** What happened, written line by line as it happens. */
export type Transcript = {
  add(entry: TranscriptEntry): void;
  /** Words of a step as they come; written when there are enough of them. */
  addText(step: number, text: string): void;
  close(): void;
};

/** More is not written; the last line still is. */
const mostBytes = 8 * 1024 * 1024;
/** More of one text is not written. */
const mostOfText = 64 * 1024;
const enoughText = 1_000;

/** Opens `transcript.jsonl` in the attempt's folder, for its user alone. Every line is written whole, by one call. */
export function openTranscript({ folder, now }: WorkWorld, redact: Redact): Transcript {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(
    join(folder, 'transcript.jsonl'),
    O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW,
    0o600,
  );
  let written = 0;
  let pending = { step: 0, text: '' };
  const write = (entry: TranscriptEntry): void => {
    if (written > mostBytes && entry.kind !== 'end') return;
    const line = JSON.stringify({ at: now(), ...clean(entry, redact) });
    written += writeSync(file, `${line}\n`);
    if (written <= mostBytes || entry.kind === 'end') return;
    const text = 'The transcript is cut here: it became too long.';
    writeSync(file, `${JSON.stringify({ at: now(), kind: 'note', text })}\n`);
  };
  const flush = (text: string): void => {
    if (text !== '') write({ kind: 'text', step: pending.step, text });
    pending = { ...pending, text: pending.text.slice(text.length) };
  };
  return {
    add(entry) {
      flush(pending.text);
      write(entry);
    },
    addText(step, text) {
      if (step !== pending.step) flush(pending.text);
      pending = { step, text: pending.text + text };
      // Whole lines: a secret must not be cut in two, because then nobody would recognise it.
      const end = pending.text.lastIndexOf('\n') + 1;
      if (pending.text.length >= enoughText) flush(pending.text.slice(0, end));
    },
    close() {
      flush(pending.text);
      closeSync(file);
    },
  };
}

/** The entry with every text in it clean, and not too long. */
function clean(entry: TranscriptEntry, redact: Redact): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [
      name,
      typeof value === 'string' ? bounded(redact(value)) : value,
    ]),
  );
}

const bounded = (text: string): string =>
  text.length > mostOfText ? `${text.slice(0, mostOfText)}\n[cut]` : text;
