import { useEffect, useSyncExternalStore } from 'react';

const place = 'cronkeeper.keys';
const watchers = new Set<() => void>();
const watch = (tell: () => void): (() => void) => {
  watchers.add(tell);
  return () => watchers.delete(tell);
};
const tellAll = (): void => {
  for (const tell of watchers) tell();
};

let isOpen = false;
export const openShortcuts = (): void => {
  isOpen = true;
  tellAll();
};
export const closeShortcuts = (): void => {
  isOpen = false;
  tellAll();
};
export const useShortcutsOpen = (): boolean => useSyncExternalStore(watch, () => isOpen);

const areOn = (): boolean => localStorage.getItem(place) !== 'off';
/** Single letters are in the way of those who speak to their machine, so they can be switched off. */
export const useKeysOn = (): boolean => useSyncExternalStore(watch, areOn);
export function setKeysOn(on: boolean): void {
  if (on) localStorage.removeItem(place);
  else localStorage.setItem(place, 'off');
  tellAll();
}

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

const togetherMs = 1_200;

/** Does something when a key is pressed, or two after each other (`g j`), outside of fields and dialogs. */
export function useShortcut(keys: string, act: () => void): void {
  useEffect(() => {
    const [first = '', second] = keys.split(' ');
    let begunAt = 0;
    const pressed = (event: KeyboardEvent): void => {
      const isOurs =
        !event.defaultPrevented &&
        !(event.ctrlKey || event.metaKey || event.altKey) &&
        !takesText(event.target) &&
        document.querySelector('dialog[open], [role=menu]') === null;
      if (!(isOurs && areOn())) return;
      if (second !== undefined && event.key === first) {
        begunAt = event.timeStamp;
        return;
      }
      const isMeant =
        second === undefined
          ? event.key === first
          : event.key === second && event.timeStamp - begunAt < togetherMs;
      begunAt = 0;
      if (!isMeant) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [keys, act]);
}
