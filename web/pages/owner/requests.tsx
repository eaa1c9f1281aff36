import { Link } from '@tanstack/react-router';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { Outdated, ProblemNote } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { Away } from '../../parts/time.tsx';

const asks = {
  run: 'Run',
  cancel: 'Cancel a run of',
  handover: 'Hand over',
  probe: 'Look',
} as const;

/** What others asked of the owner and is not answered yet. */
export function Requests() {
  const { data, error } = useAnswer(routes.requests, {}, { refreshMs: 15_000, keep: true });
  return (
    <Section title="Requests waiting">
      {error !== null && data === undefined && <ProblemNote problem={error} />}
      {data !== undefined && <Outdated problem={error} />}
      {data?.requests.length === 0 && (
        <p className="text-pretty text-soft">
          None. “Run now”, cancel and hand over from anywhere arrive here and are answered by the
          owner within a moment; one that stays means that nobody is there to answer it.
        </p>
      )}
      {data !== undefined && data.requests.length > 0 && (
        <ul className="divide-y divide-line border-y border-line">
          {data.requests.map(({ receipt, kind, job, actor, createdAt, expiresAt, runId }) => (
            <li key={receipt} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-2">
              <span>
                {asks[kind]}{' '}
                {job !== null && (
                  <Link
                    to="/jobs/$job"
                    params={{ job: job.id }}
                    className="font-semibold hover:underline"
                  >
                    {job.name}
                  </Link>
                )}
                {job === null && runId !== null && (
                  <Link to="/runs/$run" params={{ run: runId }} className="underline">
                    this run
                  </Link>
                )}
              </span>
              <span className="text-soft">
                by {actor}, <Away at={createdAt} />, valid until <Away at={expiresAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
