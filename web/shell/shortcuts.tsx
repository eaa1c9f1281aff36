import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { placeKeys } from './navigation.tsx';
import {
  closeShortcuts,
  openShortcuts,
  setKeysOn,
  useKeysOn,
  useShortcut,
  useShortcutsOpen,
} from './shortcut-keys.ts';

/** The keys of the whole page, and the list of them. */
export function Shortcuts() {
  const isOpen = useShortcutsOpen();
  useShortcut('?', openShortcuts);
  return (
    <>
      {placeKeys.map(({ to, key }) => (
        <GoKey key={key} to={to} letter={key} />
      ))}
      {isOpen && <KeyList />}
    </>
  );
}

function GoKey({ to, letter }: { readonly to: string; readonly letter: string }) {
  const navigate = useNavigate();
  useShortcut(
    `g ${letter}`,
    useCallback(() => void navigate({ to }), [navigate, to]),
  );
  return null;
}

const others: readonly (readonly [keys: string, words: string])[] = [
  ['n', 'New job'],
  ['/', 'Search the jobs'],
  ['↑ ↓ or k j', 'Move in a list'],
  ['Enter', 'Open'],
  ['x or Space', 'Select a job'],
  ['e', 'Edit the job'],
  ['p', 'Pause or resume the job'],
  ['r', 'Run the job now'],
  ['?', 'This list'],
];

function KeyList() {
  const on = useKeysOn();
  const rows = [...placeKeys.map(({ key, words }) => [`g ${key}`, words] as const), ...others];
  return (
    <Dialog title="Keys" onClose={closeShortcuts}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5 sm:grid-cols-[auto_1fr_auto_1fr]">
        {rows.map(([keys, words]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-edge bg-raised px-1.5 font-mono text-[0.86rem]">
                {keys}
              </kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-5 flex items-center gap-2">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => setKeysOn(event.currentTarget.checked)}
        />
        Single keys act
      </label>
    </Dialog>
  );
}
