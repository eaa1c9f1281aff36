import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';

const tones = {
  good: { sign: CircleCheck, colours: 'border-good bg-good/8', ink: 'text-good' },
  bad: { sign: CircleX, colours: 'border-bad bg-bad/10', ink: 'text-bad' },
  warn: { sign: CircleHelp, colours: 'border-warn bg-warn/10', ink: 'text-warn' },
} as const;

export type Tone = keyof typeof tones;

/** The answer in one sentence, before everything else. */
export function Verdict({
  tone,
  words,
  children,
}: {
  readonly tone: Tone;
  readonly words: string;
  readonly children?: ReactNode;
}) {
  const { sign: Sign, colours, ink } = tones[tone];
  return (
    <div className={`flex gap-3 rounded-box border-l-4 px-4 py-3 ${colours}`}>
      <Sign size={22} aria-hidden className={`mt-0.5 shrink-0 ${ink}`} />
      <div className="min-w-0 space-y-1">
        <p className="text-[1.15rem] leading-snug font-semibold text-pretty">{words}</p>
        {children}
      </div>
    </div>
  );
}
