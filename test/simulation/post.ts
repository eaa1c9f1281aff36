import type { SendAnswer } from '../../src/core/delivery.ts';
import type { Target } from '../../src/core/target.ts';
import type { Channels, Letter } from '../../src/ports/channels.ts';
import type { Reach } from './reach.ts';
import type { Timeline } from './timeline.ts';

/** One message that arrived at the far side. */
export type Arrival = { readonly id: string; readonly pid: number; readonly at: number };

/** How the far side treats a message: shares of all of them. */
export type Weather = {
  readonly refuses: number;
  readonly isBusy: number;
  /** It takes the message, and its answer is lost. */
  readonly losesAnswer: number;
  /** The message is lost on its way. */
  readonly losesMessage: number;
  readonly slowestMs: number;
};

export const calm: Weather = {
  refuses: 0,
  isBusy: 0,
  losesAnswer: 0,
  losesMessage: 0,
  slowestMs: 50,
};

export const stormy: Weather = {
  refuses: 0.03,
  isBusy: 0.2,
  losesAnswer: 0.06,
  losesMessage: 0.06,
  slowestMs: 12_000,
};

/** Everything beyond the machine. It keeps what arrived; nothing that happens to a sender changes that. */
export class Post {
  readonly arrived: Arrival[] = [];
  /** Addresses that were called, with when. */
  readonly called: { readonly url: string; readonly pid: number; readonly at: number }[] = [];
  weather: Weather = calm;
  /** What went wrong on the way, by kind. */
  readonly mishaps: Record<string, number> = {};
  /** What it answers to one message; null leaves it to the weather. */
  answer: (target: Target, letter: Letter) => SendAnswer | Promise<SendAnswer> | null = () => null;
  readonly #timeline: Timeline;
  readonly #random: () => number;

  constructor(timeline: Timeline, random: () => number) {
    this.#timeline = timeline;
    this.#random = random;
  }

  async send(pid: number, target: Target, letter: Letter): Promise<SendAnswer> {
    const at = this.#timeline.boot;
    if ('url' in target) this.called.push({ url: target.url, pid, at });
    const told = await this.answer(target, letter);
    if (told !== null) {
      if (told.kind === 'accepted') this.arrived.push({ id: letter.id, pid, at });
      return told;
    }
    const { slowestMs, ...weather } = this.weather;
    const outcome = this.#chance(weather);
    await this.#delay(slowestMs);
    if (outcome === 'refuses') return { kind: 'refused', cause: 'The server answered 410.' };
    if (outcome === 'isBusy')
      return { kind: 'not-taken', cause: 'The server answered 503.', retryAfterMs: null };
    if (outcome !== 'losesMessage')
      this.arrived.push({ id: letter.id, pid, at: this.#timeline.boot });
    await this.#delay(slowestMs);
    if (outcome === 'losesAnswer' || outcome === 'losesMessage')
      return { kind: 'lost', cause: 'ECONNRESET.' };
    return { kind: 'accepted', receipt: 'HTTP 200' };
  }

  #chance(shares: Omit<Weather, 'slowestMs'>): keyof Weather | null {
    let dice = this.#random();
    for (const kind of ['refuses', 'isBusy', 'losesAnswer', 'losesMessage'] as const) {
      dice -= shares[kind];
      if (dice >= 0) continue;
      this.mishaps[`post ${kind}`] = (this.mishaps[`post ${kind}`] ?? 0) + 1;
      return kind;
    }
    return null;
  }

  #delay(mostMs: number): Promise<void> {
    return new Promise((go) => this.#timeline.after(this.#random() ** 3 * mostMs, go));
  }
}

/** The ways out of one process, which may be stopped or killed before and after each message. */
export const channelsThrough = (reach: Reach, pid: number, post: Post): Channels => ({
  send: (target, letter) => reach.pass(pid, 'send', () => post.send(pid, target, letter), false),
});

/** Runs of a simulation say nothing. */
export const noOutput = {
  read: async (_run: string, _attempt: number | null, fromByte: number) => ({
    bytes: new Uint8Array(),
    nextByte: fromByte,
    isAbsent: true,
  }),
};
