import { useState } from 'react';
import type { StatusAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { toast } from '../../parts/toast.tsx';
import { choicesOf, staysWith } from './rule.ts';

/** Chooses the rule by which the owner is found, and says what that does to the present holder. */
export function Appoint({ status }: { readonly status: StatusAnswer }) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <Button look="primary" onClick={() => setIsAsking(true)}>
        Appoint …
      </Button>
      {isAsking && <Question status={status} onClose={() => setIsAsking(false)} />}
    </>
  );
}

function Question({
  status,
  onClose,
}: {
  readonly status: StatusAnswer;
  readonly onClose: () => void;
}) {
  const present = status.appointment.rule.join(', ');
  const choices = choicesOf(status);
  const [chosen, setChosen] = useState(
    choices.some(({ rule }) => rule === present) ? present : 'auto',
  );
  const [isOther, setIsOther] = useState(false);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [isForced, setIsForced] = useState(false);
  const rule = isOther ? typed.trim() : chosen;
  const { mutate, isPending, error } = useAction(routes.appoint, {
    done: ({ changed, appointment }) => {
      onClose();
      toast(changed ? `Appointed: ${appointment.words}.` : 'The rule already was so.');
    },
  });
  return (
    <Confirm
      title="Appoint the owner"
      act={isForced ? 'Appoint, and end it now' : 'Appoint'}
      look={isForced ? 'danger' : 'primary'}
      waiting={isPending || rule === '' || (isForced && reason.trim() === '')}
      problem={error}
      onConfirm={() =>
        mutate({
          rule,
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          ...(isForced ? { force: true } : {}),
        })
      }
      onClose={onClose}
    >
      <fieldset className="space-y-1.5">
        <legend className="mb-1 font-semibold">Who may run the jobs of this profile</legend>
        {choices.map(({ rule: value, words, hint }) => (
          <Radio
            key={value}
            words={words}
            hint={hint}
            isPresent={value === present}
            isChosen={!isOther && chosen === value}
            onChoose={() => {
              setIsOther(false);
              setChosen(value);
            }}
          />
        ))}
        <Radio
          words="Another rule"
          hint="A host, or a service that is not alive here."
          isPresent={false}
          isChosen={isOther}
          onChoose={() => setIsOther(true)}
        />
      </fieldset>
      {isOther && (
        <Field
          label="Rule"
          hint="service MANAGER/NAME, role ROLE or host MACHINE-ID, as after: cronkeeper owner appoint"
        >
          {(ties) => (
            <input
              {...ties}
              className="control font-mono"
              value={typed}
              spellCheck={false}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <Field label="Reason" hint="For whoever asks later. It is kept in the history.">
        {(ties) => (
          <input
            {...ties}
            className="control"
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Field>
      {status.holder !== null && (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-1"
            checked={isForced}
            onChange={(event) => setIsForced(event.currentTarget.checked)}
          />
          <span>
            Do not wait for the present holder: end its term and its runs now.{' '}
            <span className="text-soft">Needs a reason.</span>
          </span>
        </label>
      )}
      <Consequence status={status} rule={rule} isForced={isForced} />
    </Confirm>
  );
}

function Radio({
  words,
  hint,
  isPresent,
  isChosen,
  onChoose,
}: {
  readonly words: string;
  readonly hint: string;
  readonly isPresent: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <label className="flex items-start gap-2 rounded-box px-2 py-1.5 has-checked:bg-glow/15">
      <input type="radio" name="rule" className="mt-1" checked={isChosen} onChange={onChoose} />
      <span className="min-w-0">
        <span className="font-semibold break-all">{words}</span>
        {isPresent && <span className="text-soft"> (as it is)</span>}
        <span className="block text-[0.92rem] text-pretty text-soft">{hint}</span>
      </span>
    </label>
  );
}

/** What will happen, said before it does. Read out as the choice changes. */
function Consequence({
  status,
  rule,
  isForced,
}: {
  readonly status: StatusAnswer;
  readonly rule: string;
  readonly isForced: boolean;
}) {
  return (
    <p role="status" className="rounded-box bg-line/50 px-3 py-2 text-pretty">
      {consequence(status, rule, isForced)}
    </p>
  );
}

function consequence(status: StatusAnswer, rule: string, isForced: boolean): string {
  const { holder, running } = status;
  if (rule === '') return 'Say a rule.';
  if (holder === null)
    return 'Nobody holds the profile now. The next process that fits the rule takes it.';
  const who = `The ${holder.role} (pid ${holder.pid})`;
  const runs = running === 1 ? 'its run' : `its ${running} runs`;
  if (isForced)
    return `${who} loses the profile at once${running > 0 ? `, and ${runs} are ended` : ''}. The next process that fits the rule takes it.`;
  if (staysWith(rule, status) === true) return `${who} fits this rule and goes on.`;
  return `${who} does not fit this rule: it starts nothing more and releases the profile${running > 0 ? `; ${runs} go on and are adopted` : ''}. Until a process fits, nothing runs.`;
}
