import type { Clock } from '../../ports/clock.ts';
import type { Prepared } from '../../ports/executor.ts';
import type { Answer } from './probes.ts';
import type { ToStarter } from './protocol.ts';

const answerWithinMs = 20_000;

export type Asked = {
  /** Whether the starter could be told at all. */
  readonly isSaid: boolean;
  /** Null when the starter is gone or silent. */
  readonly answer: Promise<Answer | null>;
};

/** What a start is answered that no starter could prepare. */
export const startFailed = (message: string): Prepared => ({
  kind: 'failed',
  reason: 'start_failed',
  message,
});

/** What a starter was asked and has not answered yet. */
export class Questions {
  readonly #clock: Clock;
  readonly #open = new Map<number, (answer: Answer | null) => void>();
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#open.size;
  }

  ask(
    say: (message: ToStarter) => boolean,
    question: (id: number) => ToStarter,
    {
      withinMs = answerWithinMs,
      onLate = () => {},
    }: { readonly withinMs?: number; readonly onLate?: () => void } = {},
  ): Asked {
    this.#lastId += 1;
    const id = this.#lastId;
    if (!say(question(id))) return { isSaid: false, answer: Promise.resolve(null) };
    const answered = new Promise<Answer | null>((resolve) => {
      this.#open.set(id, resolve);
    });
    return { isSaid: true, answer: this.#inTime(id, answered, { withinMs, onLate }) };
  }

  hear(answer: Answer): void {
    this.#open.get(answer.id)?.(answer);
  }

  /** Nobody answers any more. */
  endAll(): void {
    for (const resolve of this.#open.values()) resolve(null);
  }

  async #inTime(
    id: number,
    answered: Promise<Answer | null>,
    { withinMs, onLate }: { readonly withinMs: number; readonly onLate: () => void },
  ): Promise<Answer | null> {
    const over = new AbortController();
    const late = this.#clock.sleep(withinMs, over.signal).then(() => {
      if (!over.signal.aborted) onLate();
      return null;
    });
    const answer = await Promise.race([answered, late]);
    over.abort('answered');
    this.#open.delete(id);
    return answer;
  }
}
