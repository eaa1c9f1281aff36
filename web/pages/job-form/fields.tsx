import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Field } from '../../parts/field.tsx';
import { viewerZone } from '../../parts/moment.ts';
import { Choice, Lines, messageFor, type Part, Text } from './inputs.tsx';

const examples = [
  'every weekday at 9am',
  'in 20 minutes',
  'every 15 minutes',
  'first monday of the month at 10',
  '0 3 * * *',
];

const zones: readonly string[] = Intl.supportedValuesOf('timeZone');

/** When, and by which clock. */
export function WhenFields({ draft, set, wrong }: Part) {
  const list = useId();
  return (
    <Group title="Time">
      <Field
        label="When should it run?"
        hint="Plain English, “in 2 hours”, “tomorrow 8:30”, “every 90m”, or a cron expression."
        error={messageFor(wrong, 'when')}
      >
        {(ties) => (
          <input
            {...ties}
            className="control text-lg"
            value={draft.when}
            placeholder="every weekday at 9am"
            autoComplete="off"
            spellCheck={false}
            required
            // biome-ignore lint/a11y/noAutofocus: the page was opened to fill this in
            autoFocus
            onChange={(event) => set({ when: event.currentTarget.value })}
          />
        )}
      </Field>
      <ul aria-label="Examples" className="flex flex-wrap gap-1.5">
        {examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              className="rounded-full border border-line bg-sheet px-2.5 py-0.5 text-[0.86rem] text-soft hover:border-edge hover:text-ink"
              onClick={() => set({ when: example })}
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
      <Field
        label="Zone"
        hint={`By whose clock. Empty: that of the machine. You are in ${viewerZone}.`}
        error={messageFor(wrong, 'tz')}
      >
        {(ties) => (
          <>
            <input
              {...ties}
              className="control sm:max-w-xs"
              list={list}
              value={draft.tz}
              placeholder="Europe/Berlin"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => set({ tz: event.currentTarget.value })}
            />
            <datalist id={list}>
              {zones.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </Group>
  );
}

/** Everything that has a default which is right for most. */
export function MoreFields({ isEdit, ...part }: Part & { readonly isEdit: boolean }) {
  return (
    <>
      <Fold title="Results and failures" fields={['deliver', 'onFailure']} part={part}>
        <Lines
          {...part}
          field="deliver"
          label="Results go to"
          hint="One a line. Output is always kept with the run."
        />
        <Lines {...part} field="onFailure" label="Failures go to" hint="One a line." />
      </Fold>
      <Fold title="When it is late, long, or fails" fields={policyFields} part={part}>
        <Choice {...part} field="catchUp" label="When it was missed" options={catchUps} />
        <Text
          {...part}
          field="grace"
          label="Late is fine for"
          placeholder="half the period, 2m to 2h"
        />
        <Choice {...part} field="overlap" label="While one still runs" options={overlaps} />
        <Text {...part} field="timeout" label="Ended after" placeholder="1h" />
        <Text
          {...part}
          field="noOutputTimeout"
          label="Ended after silence of"
          placeholder="never"
        />
        <Text
          {...part}
          field="retries"
          label="Tried again after a failure"
          placeholder="0"
          isNumber
        />
        <Text {...part} field="retryDelay" label="First wait before that" placeholder="30s" />
        <Choice {...part} field="onLoss" label="When its end is unknown" options={losses} />
      </Fold>
      <Fold title="Bounds, needs and variables" fields={boundFields} part={part}>
        <Text {...part} field="start" label="Not before" placeholder="now" />
        <Text {...part} field="end" label="Not after" placeholder="never" />
        <Text
          {...part}
          field="maxRuns"
          label="Done after so many runs"
          placeholder="no bound"
          isNumber
        />
        <Text
          {...part}
          field="outputLimit"
          label="Bytes of output kept"
          placeholder="10485760"
          isNumber
        />
        <Text {...part} field="jitter" label="Start varies by" placeholder="0s" />
        <Lines
          {...part}
          field="require"
          label="Needs"
          hint="KIND=VALUE, one a line: path=/mnt/photos, command=restic."
        />
        <Lines
          {...part}
          field="env"
          label="Variables"
          hint={
            isEdit
              ? 'NAME=VALUE, one a line; added to those it has. Values are not shown again. Secrets belong into the environment files of the home.'
              : 'NAME=VALUE, one a line. Secrets belong into the environment files of the home.'
          }
        />
      </Fold>
    </>
  );
}

const policyFields = [
  'catchUp',
  'grace',
  'overlap',
  'timeout',
  'noOutputTimeout',
  'retries',
  'retryDelay',
  'onLoss',
];
const boundFields = ['start', 'end', 'maxRuns', 'outputLimit', 'jitter', 'require', 'env'];

const catchUps = [
  ['latest', 'Run the latest once'],
  ['none', 'Only record it'],
  ['all', 'Run all of them'],
] as const;
const overlaps = [
  ['skip', 'Skip the new one'],
  ['queue', 'Wait for it'],
  ['replace', 'End it, run the new one'],
  ['allow', 'Run both'],
] as const;
const losses = [
  ['report', 'Report it like a failure'],
  ['rerun', 'Run it again'],
] as const;

export function Group({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className="space-y-4">
      <legend className="eyebrow mb-3">{title}</legend>
      {children}
    </fieldset>
  );
}

/** Opens by itself when something in it is wrong, so that nobody looks for it. Only a person closes it. */
function Fold({
  title,
  fields,
  part: { wrong },
  children,
}: {
  readonly title: string;
  readonly fields: readonly string[];
  readonly part: Part;
  readonly children: ReactNode;
}) {
  const isWrong = wrong !== null && fields.includes(wrong.field);
  const fold = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (isWrong && fold.current !== null) fold.current.open = true;
  }, [isWrong]);
  return (
    <details ref={fold} className="border-t border-line pt-3">
      <summary className="font-semibold">{title}</summary>
      <div className="mt-4 grid gap-4 sm:grid-cols-2">{children}</div>
    </details>
  );
}
