import { getRouteApi } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useId } from 'react';
import { IconButton } from '../../parts/button.tsx';
import { type Mark, sights } from '../../parts/outcome.tsx';

const here = getRouteApi('/runs');

const groups: readonly { readonly words: string; readonly marks: readonly Mark[] }[] = [
  { words: 'Under way', marks: ['running', 'queued'] },
  { words: 'Ran', marks: ['succeeded', 'failed', 'timed_out', 'unknown', 'cancelled'] },
  { words: 'Did not run', marks: ['missed', 'refused', 'undecided', 'skipped'] },
];

/** What to show. It stands in the address, so that a view can be kept and sent. */
export function Filter({
  jobName,
  count,
  hasMore,
  isStale,
}: {
  /** As the runs call the job that is looked at. */
  readonly jobName: string | undefined;
  readonly count: number;
  readonly hasMore: boolean;
  readonly isStale: boolean;
}) {
  const { job, became } = here.useSearch();
  const navigate = here.useNavigate();
  const id = useId();
  const show = (value: string): void => {
    const mark = groups.flatMap(({ marks }) => marks).find((one) => one === value);
    void navigate({
      replace: true,
      search: ({ became: _, ...rest }) => (mark === undefined ? rest : { ...rest, became: mark }),
    });
  };
  return (
    <search className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <div className="flex items-center gap-2">
        <label htmlFor={id} className="text-soft">
          Show
        </label>
        <select
          id={id}
          className="control w-auto min-w-44"
          value={became ?? ''}
          onChange={(event) => show(event.currentTarget.value)}
        >
          <option value="">every decision</option>
          {groups.map(({ words, marks }) => (
            <optgroup key={words} label={words}>
              {marks.map((mark) => (
                <option key={mark} value={mark}>
                  {sights[mark].words}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </div>
      {job !== undefined && (
        <div className="flex min-w-0 items-center gap-1 rounded-full border border-edge py-0.5 pr-0.5 pl-3">
          <span className="truncate">
            of <strong>{jobName ?? job}</strong>
          </span>
          <IconButton
            label="Show the runs of every job"
            small
            onClick={() =>
              void navigate({ replace: true, search: ({ job: _, ...rest }) => ({ ...rest }) })
            }
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      )}
      <p role="status" className="text-soft">
        {isStale ? 'Looking …' : `${count}${hasMore ? '+' : ''} shown`}
      </p>
    </search>
  );
}
