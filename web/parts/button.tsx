import { clsx } from 'clsx';
import type { ComponentProps, MouseEvent } from 'react';

export type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Readonly<Record<Look, string>> = {
  primary: 'bg-lamp text-on-lamp border-lamp hover:brightness-110 font-semibold',
  plain: 'bg-raised text-ink border-edge hover:border-ink',
  quiet: 'bg-transparent text-soft border-transparent hover:text-ink hover:bg-line/60',
  danger: 'bg-raised text-bad border-bad hover:bg-bad hover:text-paper font-semibold',
};

export const buttonClass = (look: Look = 'plain', isSmall = false): string =>
  clsx(
    'inline-flex items-center justify-center gap-1.5 rounded-box border whitespace-nowrap transition-colors',
    isSmall ? 'min-h-7 px-2 text-[0.86rem]' : 'min-h-9 px-3',
    looks[look],
  );

type Props = ComponentProps<'button'> & {
  readonly look?: Look;
  readonly small?: boolean;
  /** Waiting for an answer: it can be focused and heard, and does nothing. */
  readonly waiting?: boolean;
};

/** Stays focusable while it cannot be used, so that the keyboard does not lose its place. */
export function Button({
  look = 'plain',
  small = false,
  waiting = false,
  disabled = false,
  className,
  onClick,
  type = 'button',
  ...rest
}: Props) {
  const isOff = waiting || disabled;
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={isOff || undefined}
      aria-busy={waiting || undefined}
      className={clsx(
        buttonClass(look, small),
        isOff && 'cursor-default opacity-60 hover:brightness-100',
        className,
      )}
      onClick={(event: MouseEvent<HTMLButtonElement>) => {
        if (isOff) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}

/** A sign without words on it needs them said. */
export function IconButton({ label, ...rest }: Props & { readonly label: string }) {
  return (
    <Button look="quiet" {...rest} aria-label={label} title={label} className="min-w-8 px-1.5" />
  );
}
