import type { ReactNode } from 'react';
import type { AnswerOf, routes } from '../../api.ts';
import { toast } from '../../parts/toast.tsx';
import { Warnings } from '../../parts/warnings.tsx';

type Warned = Pick<AnswerOf<typeof routes.addJob>, 'warnings'>;

/** Says that a job was saved, and all that the answer warns of: it stays until it is closed then. */
export function tellSaved(words: ReactNode, { warnings }: Warned, isBad = false): void {
  toast(
    <>
      <p>{words}</p>
      <Warnings warnings={warnings} className="mt-2" />
    </>,
    { isBad: isBad || warnings.length > 0 },
  );
}
