import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const place = 'cronkeeper.theme';
const watchers = new Set<() => void>();
const isTheme = (text: string | null): text is Theme => themes.some((theme) => theme === text);

function kept(): Theme {
  const text = localStorage.getItem(place);
  return isTheme(text) ? text : 'system';
}

/** Before the first paint, so that nothing flashes. */
export function showTheme(): void {
  const theme = kept();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(place);
  else localStorage.setItem(place, theme);
  showTheme();
  for (const tell of watchers) tell();
}

export const useTheme = (): Theme =>
  useSyncExternalStore((tell) => {
    watchers.add(tell);
    return () => watchers.delete(tell);
  }, kept);
