import type { z } from 'zod';
import type { environmentOutput } from '../../../operations/outputs.ts';
import { escapeLine } from './escape.ts';
import { renderTable } from './table.ts';
import type { Presented, View } from './view.ts';
import { lines, plain } from './view.ts';
import { wrap } from './width.ts';

type Answer = z.infer<typeof environmentOutput>;
type Name = Answer['names'][number];

const sources: Readonly<Record<Exclude<Name['source'], 'file'>, string>> = {
  default: 'nobody named it',
  owner: 'the owner',
  job: 'the job',
  run: 'told to each run',
};

/** Every name that a job sees, with where it comes from. */
export function presentEnvironment(answer: Answer, view: View): Presented {
  const rows = answer.names.map((one) => [one.name, valueWords(one), sourceWords(one)]);
  const columns = [
    { title: 'NAME', least: 12 },
    { title: 'VALUE', least: 16 },
    { title: 'FROM', least: 16 },
  ];
  const order =
    'Later goes before earlier: the owner, the file env of the home, its file env.PROFILE, the job, what is told to each run.';
  return plain(
    renderTable(columns, rows, view) +
      `\n${lines(wrap(escapeLine(answer.message), view.columns), wrap(order, view.columns))}`,
  );
}

function valueWords({ value, source }: Name): string {
  if (value !== null) return value;
  return source === 'run' ? '(differs)' : '(not shown)';
}

function sourceWords({ source, path, over }: Name): string {
  const from = source === 'file' ? (path ?? source) : sources[source];
  return over.length === 0 ? from : `${from}, over ${over.join(', ')}`;
}
