import { Field, type Ties } from '../../parts/field.tsx';
import type { Draft, Wrong } from './draft.ts';

/** What every group of fields is given. */
export type Part = {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly wrong: Wrong;
};

/** What is wrong with one of these fields. */
export const messageFor = (wrong: Wrong, ...fields: readonly string[]): string | null =>
  wrong !== null && fields.includes(wrong.field) ? wrong.message : null;

type TextField = Exclude<keyof Draft, 'isShell' | 'kind'>;
type One = Part & { readonly field: TextField; readonly label: string; readonly hint?: string };

/** One line of text. */
export function Text({
  draft,
  set,
  wrong,
  field,
  label,
  hint,
  placeholder,
  isCode = false,
  isNumber = false,
}: One & {
  readonly placeholder?: string;
  readonly isCode?: boolean;
  readonly isNumber?: boolean;
}) {
  return (
    <Field label={label} hint={hint} error={messageFor(wrong, field)}>
      {(ties: Ties) => (
        <input
          {...ties}
          className={`control ${isCode ? 'font-mono' : ''}`}
          inputMode={isNumber ? 'numeric' : undefined}
          value={draft[field]}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => set({ [field]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

/** Several lines, each an entry of a list. */
export function Lines({ draft, set, wrong, field, label, hint }: One) {
  return (
    <Field label={label} hint={hint} error={messageFor(wrong, field)}>
      {(ties) => (
        <textarea
          {...ties}
          rows={2}
          className="control font-mono"
          value={draft[field]}
          spellCheck={false}
          onChange={(event) => set({ [field]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

/** One of a few words. */
export function Choice({
  draft,
  set,
  wrong,
  field,
  label,
  hint,
  options,
}: One & { readonly options: readonly (readonly [value: string, words: string])[] }) {
  const value = draft[field];
  const isOther = value !== '' && !options.some(([one]) => one === value);
  return (
    <Field label={label} hint={hint} error={messageFor(wrong, field)}>
      {(ties) => (
        <select
          {...ties}
          className="control"
          value={value === '' ? options[0]?.[0] : value}
          onChange={(event) => set({ [field]: event.currentTarget.value })}
        >
          {options.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
          {isOther && <option value={value}>{value}</option>}
        </select>
      )}
    </Field>
  );
}
