import { type Credential, isCurrent } from '../../core/access.ts';
import { toIso } from '../../core/instant.ts';
import { Refusal } from '../../core/refusal.ts';
import type { OperationContext } from '../../operations/operation.ts';
import { readinessAnswer, readReadiness } from '../../operations/readiness.ts';
import type { ChangeEvent } from '../../ports/events.ts';
import type { Log } from '../../ports/log.ts';

/** What a stream is to the hub: somewhere to write, for somebody, about one profile. */
export type Stream = {
  readonly profile: string;
  readonly caller: Credential;
  /** Up to which sequence it was told. */
  cursor: number;
  write(text: string): void;
  end(): void;
};

export type HubOptions = {
  contextFor(profile: string, actor: string): OperationContext;
  readonly profile: string;
  readonly log: Log;
};

/** How often the store is asked what changed. Its own token of change is blind for what this process writes. */
const lookEveryMs = 250;
/** How often is looked whether jobs will run, and whether those who listen may still do so. */
const judgeEveryMs = 2_000;
const pingEveryMs = 15_000;
const batch = 500;
/** How many streams are written to before other work gets its turn: about two milliseconds. */
const slice = 50;

/**
 * Tells every open stream what changes. The store is read once for all of them, and only while there are any.
 *
 * A stream joins when it has been told everything that the hub was told; from then on both go on together. So nothing is told twice
 * and nothing is left out, however long the stream was away.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #context: OperationContext;
  readonly #streams = new Set<Stream>();
  /** What was said of each profile last, to be said again only when it is otherwise. */
  readonly #readiness = new Map<string, string>();
  readonly #looks = new Map<string, Promise<string>>();
  #cursor = 0;
  #over = new AbortController();
  #living: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#context = options.contextFor(options.profile, 'http');
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Tells the stream what it missed since its cursor; then it stays until `leave`. */
  async join(stream: Stream, drained: () => Promise<boolean>): Promise<void> {
    for (;;) {
      const found = await this.#context.store.events.after(stream.cursor, batch);
      if (found.kind === 'reset') {
        stream.cursor = await this.#context.store.events.newest();
        stream.write(message('reset', stream.cursor, { sequence: stream.cursor }));
        continue;
      }
      this.#tell(stream, found.events);
      if (!(await drained())) return;
      const isUpToDate = found.events.length < batch && this.#accept(stream);
      if (isUpToDate) break;
    }
    await this.#tellReadiness(stream);
  }

  leave(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#over.abort();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
    this.#over.abort();
    await this.#living;
  }

  /** Between the reading and this nothing else happened, so the two cursors can be compared. */
  #accept(stream: Stream): boolean {
    if (this.#isClosed) {
      stream.end();
      return true;
    }
    if (this.#streams.size > 0 && this.#cursor > stream.cursor) return false;
    if (this.#streams.size === 0) this.#cursor = stream.cursor;
    this.#streams.add(stream);
    if (this.#living === null) this.#live();
    return true;
  }

  #tell(stream: Stream, events: readonly ChangeEvent[]): void {
    const news = events.filter(
      ({ profile, sequence }) => profile === stream.profile && sequence > stream.cursor,
    );
    stream.cursor = Math.max(stream.cursor, events.at(-1)?.sequence ?? 0);
    if (news.length > 0) stream.write(news.map(changeMessage).join(''));
  }

  #live(): void {
    this.#over = new AbortController();
    this.#living = this.#listen(this.#over.signal).finally(() => {
      this.#living = null;
      this.#readiness.clear();
      // Somebody may have come while the last one left.
      if (this.#streams.size > 0 && !this.#isClosed) this.#live();
    });
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    let judgedAt = clock.now().boot;
    let pingedAt = judgedAt;
    while (!signal.aborted) {
      await clock.sleep(lookEveryMs, signal);
      if (signal.aborted) return;
      const { boot } = clock.now();
      try {
        await this.#tellNews();
        if (boot - judgedAt >= judgeEveryMs) {
          judgedAt = boot;
          await this.#endUnwelcome();
          await this.#tellChangedReadiness();
        }
      } catch (error) {
        // The store cannot answer; streams stay, and what they miss is told when it can.
        this.#options.log.warn('events_unread', { error: String(error) });
      }
      if (boot - pingedAt >= pingEveryMs) {
        pingedAt = boot;
        for (const stream of this.#streams) stream.write(': ping\n\n');
      }
    }
  }

  async #tellNews(): Promise<void> {
    for (;;) {
      const from = this.#cursor;
      const found = await this.#context.store.events.after(from, batch);
      if (found.kind === 'reset') {
        this.#cursor = await this.#context.store.events.newest();
        const text = message('reset', this.#cursor, { sequence: this.#cursor });
        for (const stream of this.#streams) {
          stream.cursor = this.#cursor;
          stream.write(text);
        }
        return;
      }
      const texts = textsOf(found.events);
      const last = found.events.at(-1)?.sequence ?? from;
      await this.#toEach((stream) => {
        if (stream.cursor > from) {
          this.#tell(stream, found.events);
          return;
        }
        const text = texts.get(stream.profile);
        stream.cursor = last;
        if (text !== undefined) stream.write(text);
      });
      this.#cursor = Math.max(this.#cursor, last);
      if (found.events.length < batch) return;
    }
  }

  /**
   * Does `work` for every stream, also for one that joins meanwhile, and lets questions in between: a thousand writes in one go would
   * let everybody who asks wait for them.
   */
  async #toEach(work: (stream: Stream) => void): Promise<void> {
    let count = 0;
    for (const stream of this.#streams) {
      work(stream);
      count += 1;
      if (count % slice === 0) await this.#context.clock.sleep(0);
    }
  }

  /** Revoked, signed out or too old: whoever may ask no longer may not listen either. */
  async #endUnwelcome(): Promise<void> {
    const now = this.#context.clock.now().wall;
    const ids = [...new Set([...this.#streams].map(({ caller }) => caller.id))];
    const existing = await this.#context.store.access.existing(ids);
    for (const stream of this.#streams) {
      const { caller } = stream;
      const isWelcome = existing.has(caller.id) && isCurrent({ ...caller, usedAt: now }, now);
      if (!isWelcome) stream.end();
    }
  }

  async #tellChangedReadiness(): Promise<void> {
    const profiles = new Set([...this.#streams].map(({ profile }) => profile));
    for (const profile of profiles) {
      const before = this.#readiness.get(profile);
      const now = await this.#readReadiness(profile).catch(isGone);
      if (now === null) this.#readiness.delete(profile);
      if (now === before) continue;
      const text = `event: readiness\nid: ${this.#cursor}\ndata: ${now}\n\n`;
      for (const stream of this.#streams) {
        if (stream.profile !== profile) continue;
        // Of a profile that was removed nothing is told, and the others are not to wait for it.
        if (now === null) stream.end();
        else stream.write(text);
      }
    }
  }

  async #tellReadiness(stream: Stream): Promise<void> {
    const { profile } = stream;
    const known = this.#readiness.get(profile) ?? (await this.#readReadiness(profile));
    stream.write(`event: readiness\nid: ${stream.cursor}\ndata: ${known}\n\n`);
  }

  /** Many may come at the same moment; they share one look. */
  #readReadiness(profile: string): Promise<string> {
    const under = this.#looks.get(profile);
    if (under !== undefined) return under;
    const look = this.#look(profile).finally(() => this.#looks.delete(profile));
    this.#looks.set(profile, look);
    return look;
  }

  async #look(profile: string): Promise<string> {
    const { readiness } = await readReadiness(this.#options.contextFor(profile, 'http'));
    const text = JSON.stringify(readinessAnswer(readiness));
    this.#readiness.set(profile, text);
    return text;
  }
}

/** A profile that is refused is there no more. Anything else is an outage. */
function isGone(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

const message = (event: string, id: number, data: unknown): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

const changeMessage = ({ sequence, profile, at, kind, subject }: ChangeEvent): string =>
  message('change', sequence, { sequence, profile, at: toIso(at), kind, id: subject });

/** What to write to streams of each profile, made once for all of them. */
function textsOf(events: readonly ChangeEvent[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const event of events)
    texts.set(event.profile, (texts.get(event.profile) ?? '') + changeMessage(event));
  return texts;
}
