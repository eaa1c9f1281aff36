import type { AnswerOf } from '../../api.ts';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { ProblemNote } from '../../parts/problem.tsx';

type WhyAnswer = AnswerOf<typeof routes.why>;

const steps: readonly {
  readonly name: keyof Pick<WhyAnswer, 'eligible' | 'elected' | 'decided' | 'attempted'>;
  readonly question: string;
}[] = [
  { name: 'eligible', question: 'Who may run it?' },
  { name: 'elected', question: 'Who owned the profile?' },
  { name: 'decided', question: 'What was decided?' },
  { name: 'attempted', question: 'What was tried?' },
];

/** The four answers about one occurrence. A request is no occurrence: its attempts tell all there is. */
export function Why({ job, fireTime }: { readonly job: string; readonly fireTime: string | null }) {
  const { data, error } = useAnswer(
    routes.why,
    { job, ...(fireTime === null ? {} : { time: fireTime }) },
    { enabled: fireTime !== null },
  );
  if (fireTime === null) return null;
  return (
    <section aria-labelledby="why" className="space-y-2">
      <h2 id="why" className="text-lg font-semibold">
        Why it came to this
      </h2>
      {error !== null && <ProblemNote problem={error} />}
      {data !== undefined && (
        <ol className="border-l-2 border-line">
          {steps.map(({ name, question }) => (
            <li key={name} className="relative py-1.5 pl-5">
              <span
                aria-hidden
                className="absolute top-3.5 -left-[5px] size-2 rounded-full bg-lamp"
              />
              <div className="flex flex-wrap items-baseline gap-x-3">
                <h3 className="font-semibold">{question}</h3>
                <code className="text-soft">{data[name].code}</code>
              </div>
              <p className="break-words text-pretty">{data[name].message}</p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
