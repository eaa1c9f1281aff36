import { type ReactNode, useId } from 'react';

/** What a control needs to be tied to its label, hint and error. */
export type Ties = {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
};

/** A label, a control, and what is to be said about it. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  readonly label: string;
  readonly hint?: ReactNode | undefined;
  readonly error?: string | null;
  readonly children: (ties: Ties) => ReactNode;
}) {
  const id = useId();
  const isWrong = error !== undefined && error !== null;
  const described = [hint === undefined ? '' : `${id}-hint`, isWrong ? `${id}-error` : ''];
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-semibold">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': described.join(' ').trim() || undefined,
        'aria-invalid': isWrong ? true : undefined,
      })}
      {isWrong && (
        <p id={`${id}-error`} className="text-bad">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-[0.86rem] text-pretty text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
