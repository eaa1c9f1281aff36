import { z } from 'zod';
import { advice, Refusal, type Remedy } from '../core/refusal.ts';
import type { ReadDocument } from '../ports/documents.ts';
import type { JobFields } from './inputs.ts';
import { jobFields } from './inputs.ts';
import { issueWords } from './issue-words.ts';
import type { OperationContext } from './operation.ts';

/** How many jobs a file may name. */
const maxJobs = 100_000;
const maxProblemsTold = 20;

/** What may be said of a job in a file; `docs/JOBS-FILE.md` tells each. */
export const fileJob = z.strictObject({
  ...jobFields,
  name: z.string().max(10_000),
  when: z.string().max(1_000),
  /** Where names alone do not tell jobs apart. A new job of a name that the file uses several times is made under it. */
  id: z.string().max(30).optional(),
  paused: z.boolean().optional(),
  env: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
});

const wholeFile = z.strictObject({
  version: z.literal(1),
  jobs: z.array(fileJob).max(maxJobs),
});

/** One job as a file or a crontab says it should be. */
export type WantedJob = {
  readonly fields: JobFields & { readonly name: string };
  readonly id: string | null;
  /** Null: as it is; a new job then is not paused. */
  readonly paused: boolean | null;
  /** Why a new job begins paused whatever `paused` says; null when it does not. */
  readonly holdNew: string | null;
  /** Whether a job of its name that is there stays as it is. */
  readonly isOnlyNew: boolean;
  /** Where a field of it stands, for messages: `line 3, column 5: `. */
  readonly placeOf: (field: string) => string;
};

type Path = readonly (string | number)[];
type Document = Extract<ReadDocument, { kind: 'read' }>;

/** A problem of a file, with its place. All of them are told, and nothing is applied. */
export type Problem = {
  readonly place: string;
  readonly message: string;
  /** What mends it; null when the message says all. */
  readonly remedy?: Remedy | null;
};

/** @throws Refusal `file_invalid` */
export function refuseFile(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const told = problems.slice(0, maxProblemsTold).map(({ place, message }) => `${place}${message}`);
  const more =
    problems.length > told.length
      ? ` These are the first ${told.length} of ${problems.length} problems.`
      : '';
  throw new Refusal('file_invalid', `Nothing was applied. ${told.join(' ')}${more}`, {
    kind: 'usage',
    remedy: advice(commonAdvice(problems) ?? 'Mend the file and apply it again.'),
    details: {
      problems: problems
        .slice(0, maxProblemsTold)
        .map(({ place, message }) => ({ place, message })),
    },
  });
}

/** What mends all of them, where that is the same. */
function commonAdvice([first, ...others]: readonly Problem[]): string | null {
  const remedy = first?.remedy ?? null;
  if (remedy?.kind !== 'advice') return null;
  const isSame = others.every((problem) => problem.remedy?.text === remedy.text);
  return isSame ? `${remedy.text} Then apply the file again.` : null;
}

/**
 * Reads `{version: 1, jobs: [...]}`. Keys are the options of `add`, as `onFailure` or `on-failure`.
 *
 * @throws Refusal `file_invalid` with line and column of every problem of form
 */
export async function readApplyFile(
  { documents }: Pick<OperationContext, 'documents'>,
  text: string,
): Promise<readonly WantedJob[]> {
  const document = await documents.read(text);
  if (document.kind === 'broken') {
    const { place, message } = document;
    refuseFile([{ place: placeText(place), message }]);
    return [];
  }
  const parsed = wholeFile.safeParse(withCamelKeys(document.value));
  if (!parsed.success) {
    refuseFile(parsed.error.issues.flatMap((issue) => problemsOf(document, issue)));
    return [];
  }
  return parsed.data.jobs.map((job, index) => {
    const { id, paused, env, ...fields } = job;
    return {
      fields: {
        ...fields,
        ...(fields.http === undefined ? {} : { headers: fields.headers ?? [] }),
        env: Array.isArray(env)
          ? env
          : Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`),
      },
      id: id?.trim().toUpperCase() ?? null,
      paused: paused ?? null,
      holdNew: null,
      isOnlyNew: false,
      placeOf: (field) => placeAt(document, ['jobs', index, field]),
    };
  });
}

const placeText = ({ line, column }: { line: number; column: number }): string =>
  `line ${line}, column ${column}: `;

/** Keys may be typed with hyphens; the document knows them as they were typed. */
function placeAt(document: Document, path: Path): string {
  const typed = path.map((key) => (typeof key === 'string' ? hyphened(document, path, key) : key));
  return placeText(document.placeOf(typed));
}

function hyphened(document: Document, path: Path, key: string): string {
  const [, index] = path;
  const { value } = document;
  if (path[0] !== 'jobs' || typeof index !== 'number' || !isRecord(value)) return key;
  const { jobs } = value;
  const job: unknown = Array.isArray(jobs) ? jobs[index] : null;
  if (!isRecord(job) || Object.hasOwn(job, key)) return key;
  return Object.keys(job).find((one) => camel(one) === key) ?? key;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const camel = (key: string): string =>
  key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function withCamelKeys(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { jobs } = value;
  if (!Array.isArray(jobs)) return value;
  const renamed = jobs.map((job: unknown) =>
    isRecord(job)
      ? Object.fromEntries(Object.entries(job).map(([key, one]) => [camel(key), one]))
      : job,
  );
  return { ...value, jobs: renamed };
}

function problemsOf(document: Document, issue: z.core.$ZodIssue): readonly Problem[] {
  const path = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      place: placeAt(document, [...path, key]),
      message: `"${key}" is not known here.`,
    }));
  }
  const field = path.at(-1);
  const hint = field === 'command' ? ' Write a list of words, or use shell: for a line.' : '';
  const name = typeof field === 'string' ? `${field}: ` : '';
  const isWhole = path.length === 0;
  if (isWhole || (field === 'version' && path.length === 1)) {
    const then = isWhole ? ', then `jobs:` and a list of jobs' : '';
    const message = `The file must say \`version: 1\` in its first line${then}.`;
    return [{ place: placeAt(document, path), message }];
  }
  return [{ place: placeAt(document, path), message: `${name}${issueWords(issue)}.${hint}` }];
}
