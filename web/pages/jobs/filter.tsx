import { getRouteApi } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useShortcut } from '../../shell/shortcut-keys.ts';
import type { JobState } from './use-jobs.ts';

const here = getRouteApi('/jobs');
const typingMs = 200;

const states: readonly { readonly value: JobState | undefined; readonly words: string }[] = [
  { value: undefined, words: 'All' },
  { value: 'enabled', words: 'Enabled' },
  { value: 'paused', words: 'Paused' },
  { value: 'pending', words: 'To approve' },
  { value: 'done', words: 'Done' },
];

/** Search and state. Both stand in the address, so that a view can be kept and sent. */
export function Filter({
  count,
  hasMore,
  isStale,
}: {
  readonly count: number;
  readonly hasMore: boolean;
  readonly isStale: boolean;
}) {
  const { search = '', state } = here.useSearch();
  const navigate = here.useNavigate();
  const [typed, setTyped] = useState(search);
  const field = useRef<HTMLInputElement>(null);
  useShortcut(
    '/',
    useCallback(() => field.current?.focus(), []),
  );
  /** What the address says, as far as this field knows. */
  const known = useRef(search);
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === known.current) return;
    const wait = setTimeout(() => {
      known.current = wanted;
      void navigate({
        replace: true,
        search: ({ search: _, ...rest }) => (wanted === '' ? rest : { ...rest, search: wanted }),
      });
    }, typingMs);
    return () => clearTimeout(wait);
  }, [typed, navigate]);
  useEffect(() => {
    // The field asked for this itself, and somebody may have typed on since; anything else came from a link.
    if (search === known.current) return;
    known.current = search;
    setTyped(search);
  }, [search]);
  return (
    <search className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <div className="relative min-w-56 grow sm:max-w-sm">
        <Search
          size={15}
          aria-hidden
          className="absolute top-1/2 left-2.5 -translate-y-1/2 text-soft"
        />
        <input
          ref={field}
          type="search"
          className="control pl-8"
          placeholder="Search names, commands, ids"
          aria-label="Search the jobs"
          aria-keyshortcuts="/"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setTyped('');
          }}
        />
      </div>
      <fieldset className="flex rounded-box border border-edge bg-raised p-0.5">
        <legend className="sr-only">State</legend>
        {states.map(({ value, words }) => (
          <label
            key={words}
            className="cursor-pointer rounded px-2.5 py-1 text-soft has-checked:bg-lamp has-checked:text-on-lamp has-focus-visible:outline-2 has-focus-visible:outline-lamp"
          >
            <input
              type="radio"
              name="state"
              className="sr-only"
              checked={state === value}
              onChange={() =>
                void navigate({
                  replace: true,
                  search: ({ state: _, ...rest }) =>
                    value === undefined ? rest : { ...rest, state: value },
                })
              }
            />
            {words}
          </label>
        ))}
      </fieldset>
      <p role="status" className="text-soft">
        {isStale ? 'Searching …' : `${count}${hasMore ? '+' : ''} ${count === 1 ? 'job' : 'jobs'}`}
      </p>
    </search>
  );
}
