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

const acts = new Map<string, () => void>();
let begun = { first: '', at: Number.NEGATIVE_INFINITY };

/** The shortcut that ends with this key: two keys where the first was pressed just now, or the key alone. */
const shortcutOf = ({ key, timeStamp }: KeyboardEvent): string =>
  timeStamp - begun.at < togetherMs && acts.has(`${begun.first} ${key}`)
    ? `${begun.first} ${key}`
    : key;

/** Whether the key is the second of two (`g j`), so that whatever has the focus leaves it alone. */
export const isSecondOfTwo = (event: KeyboardEvent): boolean => shortcutOf(event) !== event.key;

const begins = (key: string): boolean =>
  [...acts.keys()].some((keys) => keys.startsWith(`${key} `));

function pressed(event: KeyboardEvent): void {
  const keys = shortcutOf(event);
  begun = { first: '', at: Number.NEGATIVE_INFINITY };
  const isOurs =
    !event.defaultPrevented &&
    !(event.ctrlKey || event.metaKey || event.altKey) &&
    !takesText(event.target) &&
    document.querySelector('dialog[open], [role=menu]') === null;
  if (!(isOurs && areOn())) return;
  const act = acts.get(keys);
  if (act === undefined) {
    if (begins(event.key)) begun = { first: event.key, at: event.timeStamp };
    return;
  }
  event.preventDefault();
  act();
}

/** Does something when a key is pressed, or two after each other (`g j`), outside of fields and dialogs. */
export function useShortcut(keys: string, act: () => void): void {
  useEffect(() => {
    // One listener for all: the first of two keys must be known to whoever sees the second one earlier.
    if (acts.size === 0) document.addEventListener('keydown', pressed);
    acts.set(keys, act);
    return () => {
      acts.delete(keys);
      if (acts.size === 0) document.removeEventListener('keydown', pressed);
    };
  }, [keys, act]);
}
