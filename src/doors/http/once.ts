import type { Credential } from '../../core/access.ts';
import { dayMs } from '../../core/instant.ts';
import { advice, Refusal } from '../../core/refusal.ts';
import type { OperationContext } from '../../operations/operation.ts';

/** An answer as it goes out. */
export type Sent = { readonly status: number; readonly body: string; readonly isRepeated: boolean };

type Context = Pick<OperationContext, 'store' | 'clock' | 'secrets'>;

export type Wish = {
  readonly caller: Credential;
  /** `Idempotency-Key`; null when none was sent. */
  readonly key: string | null;
  /** Everything that makes two questions the same. */
  readonly question: string;
  /** Whether doing it twice under the same key does it once anyway. */
  readonly isRepeatable: boolean;
  /** Whether this is what a person does by a click on a button that looks the same while it works. */
  readonly isClick: boolean;
};

const keptMs = dayMs;
/** Clicks that follow each other faster than this are one wish of one person, but no longer than `longestBurstMs`. */
const burstMs = 2_000;
const longestBurstMs = 10_000;
const mostBursts = 1_000;

type Burst = { readonly firstAt: number; lastAt: number; readonly sent: Promise<Sent> };

/** Does things once: for each key, and for each burst of clicks. */
export class Once {
  /** What is being done under a key; who asks meanwhile waits for the same answer. */
  readonly #underway = new Map<string, { readonly digest: string; readonly sent: Promise<Sent> }>();
  readonly #bursts = new Map<string, Burst>();

  async answer(context: Context, wish: Wish, work: () => Promise<Sent>): Promise<Sent> {
    const keyed = (): Promise<Sent> =>
      wish.key === null ? work() : this.#underKey(context, { ...wish, key: wish.key }, work);
    return wish.isClick && wish.caller.kind === 'session'
      ? this.#inBurst(context, wish, keyed)
      : keyed();
  }

  async #inBurst({ clock }: Context, wish: Wish, work: () => Promise<Sent>): Promise<Sent> {
    const now = clock.now().boot;
    const name = `${wish.caller.id} ${wish.question}`;
    const known = this.#bursts.get(name);
    if (
      known !== undefined &&
      now - known.lastAt < burstMs &&
      now - known.firstAt < longestBurstMs
    ) {
      known.lastAt = now;
      return { ...(await known.sent), isRepeated: true };
    }
    const sent = work();
    this.#bursts.delete(name);
    this.#bursts.set(name, { firstAt: now, lastAt: now, sent });
    // What was refused did nothing: the next click may be answered otherwise, as when an owner has come meanwhile.
    sent.catch((error: unknown) => {
      if (error instanceof Refusal && this.#bursts.get(name)?.sent === sent)
        this.#bursts.delete(name);
    });
    const [oldest] = this.#bursts.keys();
    if (this.#bursts.size > mostBursts && oldest !== undefined) this.#bursts.delete(oldest);
    return sent;
  }

  async #underKey(
    context: Context,
    wish: Wish & { readonly key: string },
    work: () => Promise<Sent>,
  ): Promise<Sent> {
    refuseOddKey(wish.key);
    const digest = context.secrets.digest(wish.question);
    const name = `${wish.caller.id} ${wish.key}`;
    const underway = this.#underway.get(name);
    if (underway !== undefined) {
      if (underway.digest !== digest) throw usedOtherwise();
      return { ...(await underway.sent), isRepeated: true };
    }
    const sent = this.#remembered(context, { ...wish, digest }, work).finally(() =>
      this.#underway.delete(name),
    );
    this.#underway.set(name, { digest, sent });
    return sent;
  }

  async #remembered(
    { store, clock }: Context,
    { caller, key, digest, isRepeatable }: Wish & { readonly key: string; readonly digest: string },
    work: () => Promise<Sent>,
  ): Promise<Sent> {
    const at = clock.now().wall;
    const asked = { credentialId: caller.id, key, question: digest, at };
    const before = await store.answered.begin(asked, at - keptMs);
    if (before !== null) {
      if (before.question !== digest) throw usedOtherwise();
      if (before.answer !== null) return { ...before.answer, isRepeated: true };
      if (!isRepeatable) throw unknownOutcome();
    }
    try {
      const sent = await work();
      await store.answered.finish(caller.id, key, sent);
      return sent;
    } catch (error) {
      if (error instanceof Refusal) await store.answered.forget(caller.id, key);
      throw error;
    }
  }
}

function refuseOddKey(key: string): void {
  if (/^[\x21-\x7e]{1,128}$/.test(key)) return;
  throw new Refusal('usage', 'Idempotency-Key: it must be 1 to 128 visible letters.', {
    kind: 'usage',
    details: { field: 'Idempotency-Key' },
  });
}

const usedOtherwise = (): Refusal =>
  new Refusal('key_conflict', 'This Idempotency-Key was used for another question.', {
    kind: 'usage',
    remedy: advice('Use a new key for each thing that is to be done.'),
  });

const unknownOutcome = (): Refusal =>
  new Refusal(
    'answer_unknown',
    'This was asked before, and the answer was lost: it is unknown whether it was done.',
    { remedy: advice('Look whether it was done. To do it again, use a new Idempotency-Key.') },
  );
