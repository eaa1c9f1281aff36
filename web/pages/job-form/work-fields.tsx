import { Field } from '../../parts/field.tsx';
import type { Draft } from './draft.ts';
import { Group } from './fields.tsx';
import { Lines, messageFor, type Part, Text } from './inputs.tsx';
import { looksLikeShell } from './words.ts';

const kinds = [
  ['command', 'A command'],
  ['agent', 'An agent'],
  ['http', 'A call'],
] as const;

/** What, and how it is called. */
export function WorkFields(part: Part) {
  const { draft, set } = part;
  return (
    <Group title="Work">
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="sr-only">Who does it?</legend>
        {kinds.map(([kind, label]) => (
          <label key={kind} className="flex items-center gap-2">
            <input
              type="radio"
              name="kind"
              className="size-4 accent-lamp"
              checked={draft.kind === kind}
              onChange={() => set({ kind })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <FieldsOf kind={draft.kind} part={part} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Text {...part} field="name" label="Name" hint="A label. Empty: made of the work." />
        <Text
          {...part}
          field="cwd"
          label="Folder"
          hint="Where it starts. Left empty: in your home folder."
          isCode
        />
      </div>
    </Group>
  );
}

function FieldsOf({ kind, part }: { readonly kind: Draft['kind']; readonly part: Part }) {
  switch (kind) {
    case 'command':
      return <CommandFields {...part} />;
    case 'agent':
      return <AgentFields {...part} />;
    case 'http':
      return <CallFields {...part} />;
  }
}

function CommandFields({ draft, set, wrong }: Part) {
  const wantsShell = !draft.isShell && looksLikeShell(draft.command);
  return (
    <>
      <Long
        label="What should it run?"
        hint={
          wantsShell
            ? 'This has signs that only a shell understands. Should a shell read it?'
            : 'On the machine of the scheduler. Quotes group words.'
        }
        field="command"
        placeholder="./report.sh --all"
        {...{ draft, set, wrong }}
      />
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-lamp"
          checked={draft.isShell}
          onChange={(event) => set({ isShell: event.currentTarget.checked })}
        />
        A shell reads it (pipes, variables)
      </label>
    </>
  );
}

function AgentFields(part: Part) {
  return (
    <>
      <Long
        label="What should it do?"
        hint="In your words. What it may use is only what you name below."
        field="prompt"
        placeholder="Summarise what changed in ./notes since yesterday."
        {...part}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Text
          {...part}
          field="agent"
          label="Agent"
          placeholder="built-in"
          hint="built-in, claude, codex, hermes, openclaw, or command:LINE."
        />
        <Text
          {...part}
          field="model"
          label="Model"
          placeholder="that of the settings"
          hint="PROVIDER/MODEL. It is kept as it is now."
        />
      </div>
      <Lines
        {...part}
        field="tools"
        label="It may use"
        hint="One a line: shell, read-file, fetch."
      />
    </>
  );
}

function CallFields(part: Part) {
  return (
    <>
      <Text
        {...part}
        field="http"
        label="What should it call?"
        placeholder="POST https://example.com/hook"
        hint="A method and an address; an address alone is a GET."
        isCode
      />
      <Text {...part} field="expect" label="Answers that are a success" placeholder="2xx" />
    </>
  );
}

function Long({
  label,
  hint,
  field,
  placeholder,
  draft,
  set,
  wrong,
}: Part & {
  readonly label: string;
  readonly hint: string;
  readonly field: 'command' | 'prompt';
  readonly placeholder: string;
}) {
  return (
    <Field label={label} hint={hint} error={messageFor(wrong, field)}>
      {(ties) => (
        <textarea
          {...ties}
          className={`control ${field === 'command' ? 'font-mono' : ''}`}
          rows={Math.min(8, Math.max(2, draft[field].split('\n').length))}
          value={draft[field]}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={field === 'prompt'}
          required
          onChange={(event) => set({ [field]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}
