import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import { heldTo } from '../../operations/held-to.ts';
import { jobsList, jobsShow } from '../../operations/jobs-list.ts';
import { runsList, runsShow } from '../../operations/runs.ts';
import { documentOf } from './answer.ts';
import { type Asker, refusalOf } from './calls.ts';
import { refusalWords } from './words.ts';

const mimeType = 'application/json';
const page = 100;
const newestRuns = 20;

type Resource = { uri: string; name: string; description: string; mimeType: string };

const uriOf = (profile: string, kind: 'jobs' | 'runs', id: string): string =>
  `cronkeeper://${profile}/${kind}/${id}`;

/** Jobs page by page; the newest runs with the first page. */
export async function listResources(
  asker: Asker,
  cursor: string | undefined,
): Promise<{ resources: Resource[]; nextCursor?: string }> {
  try {
    const { context } = asker;
    const input = heldTo(jobsList.input, { limit: page, after: cursor ?? null });
    const { jobs, next } = await jobsList.handle(context, input);
    const newest = heldTo(runsList.input, { limit: newestRuns });
    const { runs } = cursor === undefined ? await runsList.handle(context, newest) : { runs: [] };
    const resources = [
      ...jobs.map((job) => jobResource(context.profile, job)),
      ...runs.flatMap((run) => runResource(context.profile, run)),
    ];
    return next === null ? { resources } : { resources, nextCursor: next };
  } catch (error) {
    throw protocolError(error, 'resources', asker);
  }
}

const jobResource = (profile: string, { id, name }: { id: string; name: string }): Resource => ({
  uri: uriOf(profile, 'jobs', id),
  name: `job ${name}`,
  description: 'A job: its schedule, the next fire times, and whether it will run',
  mimeType,
});

/** A decision about many occurrences at once has no id, so there is nothing to read. */
const runResource = (
  profile: string,
  { id, job, state }: { id: string | null; job: { name: string }; state: string },
): Resource[] =>
  id === null
    ? []
    : [
        {
          uri: uriOf(profile, 'runs', id),
          name: `run of ${job.name}`,
          description: `A run (${state}): its attempts and what became of it`,
          mimeType,
        },
      ];

export const templatesOf = ({ context: { profile } }: Asker) => [
  {
    uriTemplate: uriOf(profile, 'jobs', '{job}'),
    name: 'job',
    description: 'A job by id or name',
    mimeType,
  },
  { uriTemplate: uriOf(profile, 'runs', '{run}'), name: 'run', description: 'A run', mimeType },
];

/** @throws ResourceNotFoundError when there is nothing of this name in the profile of whoever asks */
export async function readResource(
  asker: Asker,
  uri: string,
): Promise<{ contents: { uri: string; mimeType: string; text: string }[] }> {
  const { context } = asker;
  const [, profile, kind, id] = /^cronkeeper:\/\/([^/]+)\/(jobs|runs)\/([^/]+)$/.exec(uri) ?? [];
  if (id === undefined || profile !== context.profile) throw new ResourceNotFoundError(uri);
  try {
    const subject = decodeURIComponent(id);
    const answer =
      kind === 'jobs'
        ? await jobsShow.handle(context, heldTo(jobsShow.input, { job: subject }))
        : await runsShow.handle(context, heldTo(runsShow.input, { run: subject }));
    const text = JSON.stringify(await documentOf(context, answer));
    return { contents: [{ uri, mimeType, text }] };
  } catch (error) {
    throw protocolError(error, uri, asker);
  }
}

/** A resource has no place for a refusal, so it becomes an error of the protocol, in the same words. */
function protocolError(error: unknown, uri: string, { log }: Asker): ProtocolError {
  if (error instanceof URIError) return new ResourceNotFoundError(uri);
  const refusal = refusalOf(error, uri, log);
  if (refusal.code === 'not_found') return new ResourceNotFoundError(uri);
  const { kind, code, remedy } = refusal;
  const blame =
    kind === 'failed' ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
  return new ProtocolError(blame, refusalWords(refusal), { code, remedy });
}
