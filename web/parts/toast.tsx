import { X } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { newKey } from '../http.ts';
import { IconButton } from './button.tsx';

type Toast = { readonly id: string; readonly content: ReactNode; readonly isBad: boolean };

let toasts: readonly Toast[] = [];
let spoken = '';
const watchers = new Set<() => void>();
const changed = (): void => {
  for (const tell of watchers) tell();
};
const watch = (tell: () => void): (() => void) => {
  watchers.add(tell);
  return () => watchers.delete(tell);
};

const shownMs = 8_000;
const mostShown = 3;

const drop = (id: string): void => {
  toasts = toasts.filter((toast) => toast.id !== id);
  changed();
};

/** Says what was done, for a while. What went wrong stays until it is closed. */
export function toast(content: ReactNode, options: { readonly isBad?: boolean } = {}): void {
  const one = { id: newKey(), content, isBad: options.isBad ?? false };
  toasts = [...toasts, one].slice(-mostShown);
  changed();
  if (!one.isBad) setTimeout(() => drop(one.id), shownMs);
}

/** Says something to those who listen, without showing it. */
export function announce(words: string): void {
  spoken = words;
  changed();
}

export function Toasts() {
  const shown = useSyncExternalStore(watch, () => toasts);
  const words = useSyncExternalStore(watch, () => spoken);
  return (
    <>
      <div role="status" className="sr-only">
        {words}
      </div>
      <section
        aria-label="Messages"
        aria-live="polite"
        className="pointer-events-none fixed right-3 bottom-18 left-3 z-40 flex flex-col items-end gap-2 sm:bottom-4 sm:left-auto"
      >
        {shown.map(({ id, content, isBad }) => (
          <div
            key={id}
            className={`pointer-events-auto flex max-w-md items-start gap-2 rounded-box border border-l-4 border-line bg-raised py-1.5 pr-1 pl-3 shadow-xl ${isBad ? 'border-l-bad' : 'border-l-good'}`}
          >
            <div className="py-1">{content}</div>
            <IconButton label="Close the message" small onClick={() => drop(id)}>
              <X size={14} aria-hidden />
            </IconButton>
          </div>
        ))}
      </section>
    </>
  );
}
