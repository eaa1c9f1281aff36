import type { z } from 'zod';
import { toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import {
  type EnvironmentBase,
  type EnvironmentEntry,
  type EnvironmentSource,
  environmentEntries,
  isInherited,
} from '../core/run-environment.ts';
import { isReference } from '../core/secret.ts';
import { findJob } from './find-job.ts';
import { environmentInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { environmentOutput } from './outputs.ts';
import { profileOperation } from './profile-check.ts';
import { readReadiness } from './readiness.ts';

type Answer = z.output<typeof environmentOutput>;
type Origin = Pick<Answer, 'from' | 'message'> & { readonly own: EnvironmentBase['own'] };

const answerDeadlineMs = 1_000;
/** What a run is told about itself that is the same for each run of a job. */
const sameForEachRun: ReadonlySet<string> = new Set([
  'CRONKEEPER_PROFILE',
  'CRONKEEPER_JOB_ID',
  'CRONKEEPER_JOB_NAME',
]);

/**
 * What a job sees in its environment, exactly: the owner is asked for its own, and the files are read as it would read them now.
 * Values that may be secrets are not told; a reference to one is.
 */
export const environment = profileOperation({
  name: 'environment',
  summary: 'Show what a job sees in its environment',
  input: environmentInput,
  output: environmentOutput,
  scope: 'read',
  async handle(context, input): Promise<Answer> {
    const job = input.job === undefined ? null : await findJob(context, input.job);
    const { own, from, message } = await originOf(context);
    const { files } = context.environments.base(context.profile);
    const entries = environmentEntries({ own, files }, job?.definition.env ?? {}, {
      profile: context.profile,
      jobId: job?.id ?? '',
      jobName: job?.definition.name ?? '',
      runId: '',
      attempt: 1,
      fireTime: null,
      epoch: 0,
      idempotencyKey: '',
    });
    return {
      profile: context.profile,
      job: job === null ? null : { id: job.id, name: job.definition.name },
      from,
      message,
      files: files.map(({ path }) => path),
      names: entries.map((entry) => nameAnswer(entry, job)),
    };
  },
});

/** The living owner itself, else what the last one left, else this process. */
async function originOf(context: OperationContext): Promise<Origin> {
  const { neighbours, environments, profile } = context;
  const view = await readReadiness(context);
  const { holder } = view.check.kind === 'answered' ? view.lease : { holder: null };
  if (holder !== null) {
    const own = await neighbours.environment(holder.socket, answerDeadlineMs);
    const message = `What runs inherit was told by their owner, the ${holder.role} with pid ${holder.process.pid}.`;
    if (own !== null) return { own, from: 'owner', message };
  }
  const kept = environments.kept(profile);
  if (kept !== null) {
    const message = `No owner could be asked; the last one had this environment when it began at ${toIso(kept.at)}.`;
    return { own: kept.names, from: 'last-owner', message };
  }
  const message =
    'No owner is there, and none was. This is what runs of a process would get that is started here, as this command was.';
  return { own: environments.own, from: 'here', message };
}

function nameAnswer(
  { name, value, source, over }: EnvironmentEntry,
  job: Job | null,
): Answer['names'][number] {
  const isTold = source.kind === 'run' ? sameForEachRun.has(name) : isInherited(name);
  const isKnown = name === 'CRONKEEPER_PROFILE' || source.kind !== 'run' || job !== null;
  return {
    name,
    value: (isTold && isKnown) || isReference(value) ? value : null,
    source: source.kind,
    path: source.kind === 'file' ? source.path : null,
    over: over.map(sourceText),
  };
}

const sourceText = (source: EnvironmentSource): string =>
  source.kind === 'file' ? source.path : source.kind;
