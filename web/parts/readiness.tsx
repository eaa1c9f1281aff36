import { CircleCheck, CircleX } from 'lucide-react';
import type { ReadinessAnswer } from '../../src/operations/answers.ts';
import { RemedyLine } from './command.tsx';
import { Time } from './time.tsx';

/** The honest answer to "will it run?", for one job or for what is about to be saved. */
export function ReadinessNote({
  readiness,
  subject = 'It',
}: {
  readonly readiness: ReadinessAnswer;
  /** What the sentence is about. */
  readonly subject?: 'It' | 'Jobs';
}) {
  const { willRun, message, remedy, by } = readiness;
  const Sign = willRun ? CircleCheck : CircleX;
  return (
    <div
      className={`flex gap-3 rounded-box border-l-4 px-3 py-2 ${willRun ? 'border-good bg-good/8' : 'border-bad bg-bad/10'}`}
    >
      <Sign
        size={18}
        aria-hidden
        className={`mt-0.5 shrink-0 ${willRun ? 'text-good' : 'text-bad'}`}
      />
      <div className="min-w-0 space-y-1.5">
        <p className="text-pretty">
          <strong>{`${subject} will ${willRun ? '' : 'not '}run.`}</strong> {sentence(message)}
          {willRun && by !== null && (
            <span className="text-soft">
              {' '}
              {by.service === null ? 'Started by hand' : `${by.service}, ${by.level}`}, since{' '}
              <Time at={by.since} />
            </span>
          )}
        </p>
        {remedy !== null && <RemedyLine remedy={remedy} />}
      </div>
    </div>
  );
}

/** Messages of core begin small where they follow a colon in a terminal. What is required is named as it is typed. */
export const sentence = (text: string): string => {
  const whole = /^\S*=/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
};
