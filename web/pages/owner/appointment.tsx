import type { AppointmentAnswer } from '../../../src/operations/answers.ts';
import { Time } from '../../parts/time.tsx';

/** The rule in force, in words, and who made it. */
export function Appointment({ appointment }: { readonly appointment: AppointmentAnswer }) {
  const { kind, words, rule, actor, at, version, reason } = appointment;
  return (
    <div className="space-y-2">
      <p className="text-[1.15rem] leading-snug font-semibold break-words">{capital(words)}</p>
      <p className="text-pretty text-soft">
        {kind === 'auto'
          ? 'A proven service comes before a runner or gateway, and that before a dashboard that schedules. Desktop never owns.'
          : 'Nobody else ever runs these jobs, also when no one of these is alive. A later one stands by for those before it.'}
      </p>
      {kind !== 'auto' && rule.length > 1 && (
        <ol className="list-decimal space-y-0.5 pl-5">
          {rule.map((choice) => (
            <li key={choice}>
              <code className="break-all">{choice}</code>
            </li>
          ))}
        </ol>
      )}
      <p className="text-soft">
        Version {version}, by {actor}, <Time at={at} />
        {reason !== null && <>: “{reason}”</>}
      </p>
    </div>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
