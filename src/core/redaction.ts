import { type Form, formsOf } from './hidden-forms.ts';
import type { Hidden } from './secret.ts';

/** A stretch of bytes that must not be seen. */
type HiddenSpan = { readonly from: number; readonly to: number; readonly name: string };

/** What was found in a piece of a text. What lies before `settled` is decided; what follows may begin something hidden. */
type Scan = { readonly spans: readonly HiddenSpan[]; readonly settled: number };

/** So much of a value, cut off by the end of a text, is taken for it; less is found by accident. */
const leastCut = 4;
const lineBreaks = new Set([10, 13]);
/** A break, as `base64` and mail put it. */
const mostBreaks = 2;

type Match =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly end: number; readonly mayGrow: boolean }
  | { readonly kind: 'cut'; readonly places: number };

const none: Match = { kind: 'none' };

/** Finds values in every form in which they may be written. */
class Finder {
  readonly #forms: readonly Form[];
  /** Which pairs of bytes may begin a form; most places of a text are passed by this alone. */
  readonly #pairs = new Uint8Array(65_536);
  readonly #firsts = new Uint8Array(256);

  constructor(hidden: readonly Hidden[]) {
    this.#forms = formsOf(hidden);
    for (const form of this.#forms) this.#noteBeginnings(form);
  }

  /**
   * Looks for the leftmost, and the longest of several.
   *
   * @param isLast nothing follows: a value that the end cuts off is a span, too
   */
  scan(bytes: Uint8Array, isLast: boolean): Scan {
    const spans: HiddenSpan[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (!this.#mayBegin(bytes, at)) {
        at += 1;
        continue;
      }
      const seen = this.#best(bytes, at);
      if (seen.waits && !isLast) return { spans, settled: at };
      const isCut = isLast && seen.cut.places >= leastCut;
      if (seen.end > at || isCut) {
        const to = isCut ? bytes.length : seen.end;
        spans.push({ from: at, to, name: isCut ? seen.cut.name : seen.name });
        at = to;
      } else at += 1;
    }
    return { spans, settled: at };
  }

  #mayBegin(bytes: Uint8Array, at: number): boolean {
    const first = bytes[at] ?? 0;
    if (this.#firsts[first] !== 1) return false;
    const second = bytes[at + 1];
    return second === undefined || this.#pairs[first * 256 + second] === 1;
  }

  #best(bytes: Uint8Array, at: number) {
    let end = at;
    let name = '';
    let waits = false;
    let cut = { places: -1, name: '' };
    for (const form of this.#forms) {
      const match = matchAt(form, bytes, at);
      if (match.kind === 'cut') {
        waits = true;
        if (match.places > cut.places) cut = { places: match.places, name: form.name };
      } else if (match.kind === 'whole') {
        waits ||= match.mayGrow;
        if (match.end > end) [end, name] = [match.end, form.name];
      }
    }
    return { end, name, waits, cut };
  }

  #noteBeginnings({ places, wraps }: Form): void {
    const [first = [], second = []] = places;
    for (const way of first) {
      const [one = 0, two] = way;
      this.#firsts[one] = 1;
      const next = two === undefined ? second.map(([byte = 0]) => byte) : [two];
      for (const byte of next) this.#pairs[one * 256 + byte] = 1;
      if (wraps) for (const byte of lineBreaks) this.#pairs[one * 256 + byte] = 1;
    }
  }
}

/** Follows every way at once; `cut` when the bytes end before the form does. */
function matchAt({ places, wraps }: Form, bytes: Uint8Array, at: number): Match {
  let ends: readonly number[] = [at];
  let cutAfter = -1;
  for (const [index, place] of places.entries()) {
    const next: number[] = [];
    for (const end of ends) {
      const start = wraps && index > 0 ? passBreaks(bytes, end) : end;
      for (const way of place) {
        const step = matchWay(bytes, start, way);
        if (step === 'cut') cutAfter = index;
        else if (step && !next.includes(start + way.length)) next.push(start + way.length);
      }
    }
    if (next.length === 0) return cutAfter < 0 ? none : { kind: 'cut', places: cutAfter };
    ends = next;
  }
  return { kind: 'whole', end: Math.max(...ends), mayGrow: cutAfter >= 0 };
}

function matchWay(bytes: Uint8Array, start: number, way: Uint8Array): boolean | 'cut' {
  for (let index = 0; index < way.length; index += 1) {
    if (start + index >= bytes.length) return 'cut';
    if (bytes[start + index] !== way[index]) return false;
  }
  return true;
}

function passBreaks(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < at + mostBreaks && lineBreaks.has(bytes[end] ?? 0)) end += 1;
  return end;
}

/** What stands where a value stood. */
const markOf = (name: string): string => `[secret ${name}]`;

const nothing = new Uint8Array(0);

/** Takes values out of a stream, however it is cut into chunks. What may begin one is held until it is decided. */
export class StreamRedactor {
  readonly #finder: Finder;
  #held: Uint8Array = nothing;

  constructor(hidden: readonly Hidden[]) {
    this.#finder = new Finder(hidden);
  }

  /** What may be seen by now. */
  push(chunk: Uint8Array): Uint8Array {
    return this.#take(chunk, false);
  }

  /** What is left when nothing follows; the first part of a value is no more to be seen than the whole. */
  end(): Uint8Array {
    return this.#take(nothing, true);
  }

  #take(chunk: Uint8Array, isLast: boolean): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : joined([this.#held, chunk]);
    const { spans, settled } = this.#finder.scan(bytes, isLast);
    this.#held = bytes.slice(settled);
    return redactSpans(bytes.subarray(0, settled), spans);
  }
}

function redactSpans(bytes: Uint8Array, spans: readonly HiddenSpan[]): Uint8Array {
  if (spans.length === 0) return bytes;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { from, to, name } of spans) {
    parts.push(bytes.subarray(at, from), new TextEncoder().encode(markOf(name)));
    at = to;
  }
  return joined([...parts, bytes.subarray(at)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A text without these values. For more than one text, make the function once. */
export function textRedactor(hidden: readonly Hidden[]): (text: string) => string {
  const finder = new Finder(hidden);
  return (text) => {
    const bytes = new TextEncoder().encode(text);
    const { spans } = finder.scan(bytes, true);
    return spans.length === 0 ? text : new TextDecoder().decode(redactSpans(bytes, spans));
  };
}

const hiddenPrefix = 'CRONKEEPER_HIDDEN_';

/** What a redactor and a worker of ours are told: one variable for each value, because one has room for 128 KiB only. */
export const hiddenVariables = (hidden: readonly Hidden[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    hidden.map(({ name, value }, index) => [`${hiddenPrefix}${index + 1}`, `${name}=${value}`]),
  );

/** Reads them back. */
export const hiddenOf = (
  environment: Readonly<Record<string, string | undefined>>,
): readonly Hidden[] =>
  Object.entries(environment).flatMap(([variable, text = '']) => {
    const cut = text.indexOf('=');
    return variable.startsWith(hiddenPrefix) && cut > 0
      ? [{ name: text.slice(0, cut), value: text.slice(cut + 1) }]
      : [];
  });
