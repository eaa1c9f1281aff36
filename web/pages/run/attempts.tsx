import type { AttemptAnswer, RunAnswer } from '../../../src/operations/answers.ts';
import { Outcome } from '../../parts/outcome.tsx';
import { Chain, LevelBadge } from '../../parts/provenance.tsx';
import { Time } from '../../parts/time.tsx';

const stateWords: Readonly<Record<AttemptAnswer['state'], string>> = {
  authorised: 'Authorised, not begun yet',
  began: 'Begun',
  ended: 'Ended',
  not_started: 'Never begun, does not count',
};

/** Each try, under which epoch, by whom, and what that process could prove. */
export function Attempts({ run }: { readonly run: RunAnswer }) {
  if (run.attempts.length === 0) return null;
  return (
    <section aria-labelledby="attempts" className="space-y-2">
      <h2 id="attempts" className="text-lg font-semibold">
        {run.attempts.length === 1 ? 'Attempt' : 'Attempts'}
      </h2>
      <ol className="divide-y divide-line border-y border-line">
        {run.attempts.map((attempt) => (
          <Try key={attempt.number} attempt={attempt} />
        ))}
      </ol>
    </section>
  );
}

function Try({ attempt }: { readonly attempt: AttemptAnswer }) {
  const { number, state, outcome, provenance, epoch, startedAt, adoptedBy } = attempt;
  return (
    <li className="grid gap-x-6 gap-y-2 py-3 sm:grid-cols-[11rem_minmax(0,1fr)]">
      <div className="space-y-0.5">
        <div className="flex items-center gap-2">
          <span className="text-soft">{number}</span>
          {outcome === null ? stateWords[state] : <Outcome run={{ state: 'ended', outcome }} />}
        </div>
        <div className="text-soft">
          {startedAt !== null && <Time at={startedAt} seconds />}
          {attempt.exitCode !== null && <> · exit {attempt.exitCode}</>}
        </div>
      </div>
      <div className="min-w-0 space-y-1.5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <LevelBadge level={provenance.level} />
          {provenance.service !== null && <span className="break-all">{provenance.service}</span>}
          <span className="text-soft">
            epoch {epoch}, pid {attempt.pid}, {attempt.host}
          </span>
        </div>
        <Chain provenance={provenance} />
        {adoptedBy !== null && (
          <p className="text-soft">
            Adopted by instance <code className="break-all">{adoptedBy}</code>: the one that had
            started it is gone, the run went on.
          </p>
        )}
      </div>
    </li>
  );
}
