import { Link } from '@tanstack/react-router';
import { Time } from '../../parts/time.tsx';
import { isBad, type Line, totals } from './lanes.ts';
import { countWords } from './words.ts';

/** The same as the lines, for those who read tables better. */
export function LineTable({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left">
        <caption className="sr-only">What ran and what will, job by job</caption>
        <thead>
          <tr className="eyebrow border-b border-edge">
            <th scope="col" className="py-1.5 pr-4">
              Job
            </th>
            <th scope="col" className="py-1.5 pr-4">
              Went wrong
            </th>
            <th scope="col" className="py-1.5 pr-4">
              Else
            </th>
            <th scope="col" className="py-1.5 pr-4">
              To come
            </th>
            <th scope="col" className="py-1.5">
              Next
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {lines.map((line) => (
            <TableLine key={line.job.id} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TableLine({ line }: { readonly line: Line }) {
  const all = [...totals([line])];
  const wrong = new Map(all.filter(([mark]) => isBad(mark)));
  const rest = new Map(all.filter(([mark]) => !isBad(mark)));
  return (
    <tr className="align-baseline">
      <th scope="row" className="max-w-60 py-1.5 pr-4 font-normal">
        <Link
          to="/runs"
          search={{ job: line.job.id }}
          className="break-words text-lamp hover:underline"
        >
          {line.job.name}
        </Link>
      </th>
      <td className="py-1.5 pr-4 text-bad">{countWords(wrong) || <None />}</td>
      <td className="py-1.5 pr-4">{countWords(rest) || <None />}</td>
      <td className="py-1.5 pr-4">{line.count === 0 ? <None /> : line.count}</td>
      <td className="py-1.5">
        {line.first === null ? <None /> : <Time at={line.first} zone={line.zone} />}
      </td>
    </tr>
  );
}

const None = () => <span className="text-soft">–</span>;
