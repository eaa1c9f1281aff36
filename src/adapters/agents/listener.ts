import type { Instant } from '../../core/instant.ts';
import { isForLater, judgeModelFailure } from '../../core/model-failure.ts';
import type { Ended } from './programs.ts';
import type { Ending } from './session.ts';

/** Hears each line of a program as it comes, and says at its end how it ended. */
export type Listener = {
  /** Answers whether the program goes on with something that costs: a call, or a question. After its last words no limit takes them away. */
  line(line: string): boolean;
  /** What it had said when it was ended early. */
  text(): string;
  ending(ended: Ended): Ending;
};

/** Why a program that speaks with a model gave no answer, by its own words. */
export function programFailure(words: string, text: string, notBefore: Instant | null): Ending {
  const judged = judgeModelFailure(null, words);
  const reason = judged === 'model_failed' ? 'agent_failed' : judged;
  return {
    kind: 'failed',
    reason,
    message: words,
    text,
    notBefore: isForLater(reason) ? notBefore : null,
  };
}

/** A program that ended without a word about its result. */
export function howItEnded({ code, stderr }: Ended): string {
  const how = code === null ? 'It was ended by a signal.' : `It ended with ${code}.`;
  return stderr.trim() === '' ? how : `${how}\n${stderr.trim()}`;
}
