import { RotateCcw } from 'lucide-react';
import { type AnswerOf, routes } from '../../api.ts';
import { useAction, useAnswer } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Badge } from '../../parts/outcome.tsx';
import { sentence } from '../../parts/readiness.tsx';
import { Section } from '../../parts/section.tsx';
import { Away } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { useMay } from '../../session.ts';

type Delivery = AnswerOf<typeof routes.deliveries>['deliveries'][number];

const states = {
  pending: { words: 'waits', tone: 'busy' },
  sending: { words: 'on its way', tone: 'busy' },
  delivered: { words: 'delivered', tone: 'good' },
  failed: { words: 'not delivered', tone: 'bad' },
  unknown: { words: 'perhaps delivered', tone: 'warn' },
} as const;

/** Who was told of this run, and whether it arrived. Nothing where nobody is told. */
export function Deliveries({ run }: { readonly run: string }) {
  const { data } = useAnswer(routes.deliveries, { run });
  if (data === undefined || data.deliveries.length === 0) return null;
  return (
    <Section title="Deliveries">
      <ul className="divide-y divide-line border-y border-line">
        {data.deliveries.map((delivery) => (
          <One key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </Section>
  );
}

function One({ delivery }: { readonly delivery: Delivery }) {
  const { state, target, kind, tries, cause, nextTryAt, settledAt, receipt } = delivery;
  const { words, tone } = states[state];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <Badge tone={tone}>{words}</Badge>
      <span className="min-w-0 break-all">
        {target}
        {kind !== 'result' && <span className="text-soft"> ({kind})</span>}
      </span>
      <span className="text-soft">
        {settledAt !== null && <Away at={settledAt} />}
        {nextTryAt !== null && (
          <>
            next try <Away at={nextTryAt} />
          </>
        )}
        {tries > 1 && `, ${tries} tries`}
        {receipt !== null && `, receipt ${receipt}`}
      </span>
      {(state === 'failed' || state === 'unknown') && <Again delivery={delivery} />}
      {cause !== null && state !== 'delivered' && (
        <p className="w-full break-words text-pretty text-soft">{sentence(cause)}</p>
      )}
    </li>
  );
}

function Again({ delivery }: { readonly delivery: Delivery }) {
  const mayOperate = useMay('operate');
  const { mutate, isPending } = useAction(routes.retryDelivery, {
    done: () => toast('It is sent again.'),
    failed: (problem) => toast(problem.message, { isBad: true }),
  });
  if (!mayOperate) return null;
  return (
    <Button small waiting={isPending} onClick={() => mutate({ delivery: delivery.id })}>
      <RotateCcw size={13} aria-hidden /> Send again
    </Button>
  );
}
