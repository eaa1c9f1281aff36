import { clsx } from 'clsx';
import type { StatusAnswer } from '../../src/operations/answers.ts';
import { RemedyLine } from './command.tsx';
import { sentence } from './readiness.tsx';

/** What an answer warns of, each with what to do about it; nothing where there is nothing. */
export function Warnings({
  warnings,
  className,
}: {
  readonly warnings: StatusAnswer['warnings'];
  readonly className?: string;
}) {
  if (warnings.length === 0) return null;
  return (
    <ul className={clsx('space-y-2', className)}>
      {warnings.map(({ code, message, remedy }) => (
        <li
          key={`${code} ${message}`}
          className="space-y-1.5 rounded-box border-l-4 border-warn bg-warn/10 px-3 py-2"
        >
          <p className="text-pretty">{sentence(message)}</p>
          {remedy !== null && <RemedyLine remedy={remedy} />}
        </li>
      ))}
    </ul>
  );
}
