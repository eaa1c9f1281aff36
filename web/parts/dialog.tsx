import { X } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Button, IconButton } from './button.tsx';
import { ProblemNote } from './problem.tsx';

/**
 * The browser's own dialog: it keeps the focus in, the page behind it inert, closes with Escape and gives the focus back.
 * It is open for as long as it is rendered; the first field in it takes the focus, else the first button. Never inside a form.
 */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const name = useId();
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    // The browser would take the first of all, which closes it.
    content.current?.querySelector<HTMLElement>('input, textarea, select, button, a')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={name}
      className={`m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] overflow-auto rounded-lg border border-line bg-sheet p-0 text-ink shadow-2xl ${wide ? 'max-w-3xl' : 'max-w-lg'}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="flex items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-5">
        <h2 id={name} className="font-semibold">
          {title}
        </h2>
        <IconButton label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      <div ref={content} className="p-5">
        {children}
      </div>
    </dialog>
  );
}

/** Asks before something that is not taken back easily. Says what will happen, and the button repeats it. */
export function Confirm({
  title,
  children,
  act,
  dismiss = 'Cancel',
  look = 'danger',
  waiting = false,
  problem = null,
  onConfirm,
  onClose,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly act: string;
  /** For what is itself called cancelling. */
  readonly dismiss?: string;
  readonly look?: 'danger' | 'primary';
  readonly waiting?: boolean;
  readonly problem?: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!waiting) onConfirm();
        }}
      >
        <div className="space-y-3 text-pretty">{children}</div>
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{dismiss}</Button>
          <Button type="submit" look={look} waiting={waiting}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
