import { getRouteApi } from '@tanstack/react-router';

const here = getRouteApi('/timeline');

const spans = [
  { value: '1', words: '1 h' },
  { value: '6', words: '6 h' },
  { value: '24', words: '24 h' },
  { value: '72', words: '3 d' },
] as const;

/** How far back and ahead. It stands in the address. */
export function SpanChoice() {
  const { hours = '24' } = here.useSearch();
  const navigate = here.useNavigate();
  return (
    <fieldset className="flex rounded-box border border-edge bg-raised p-0.5">
      <legend className="sr-only">How far back and ahead</legend>
      {spans.map(({ value, words }) => (
        <label
          key={value}
          className="cursor-pointer rounded px-2.5 py-1 text-soft has-checked:bg-lamp has-checked:text-on-lamp has-focus-visible:outline-2 has-focus-visible:outline-lamp"
        >
          <input
            type="radio"
            name="hours"
            className="sr-only"
            checked={hours === value}
            onChange={() =>
              void navigate({
                replace: true,
                search: ({ hours: _, ...rest }) =>
                  value === '24' ? rest : { ...rest, hours: value },
              })
            }
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
