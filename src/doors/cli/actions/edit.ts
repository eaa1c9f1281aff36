import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '../../../core/refusal.ts';
import type { JobAnswer } from '../../../operations/answers.ts';
import { jobsEditOutput, jobsShowOutput } from '../../../operations/outputs.ts';
import type { Session } from '../call.ts';
import { answering, ask, inSession, print, textOf } from '../call.ts';
import { presentEdited } from '../present/jobs.ts';
import { lines, plain } from '../present/view.ts';
import type { Action, Fields } from '../spec.ts';
import { jobInput } from './jobs.ts';

const present = (
  answer: Parameters<typeof presentEdited>[1],
  view: Parameters<typeof presentEdited>[2],
) => presentEdited('Changed', answer, view);

/** With options they say what changes; without any the job is opened in the person's editor. */
export const edit: Action = async (call) => {
  const typed = Object.keys(call.input).filter((field) => field !== 'job' && field !== 'revision');
  const says = typed.length > 0 || call.rest !== null || Object.keys(call.own).length > 0;
  if (says) {
    return answering(jobsEditOutput, present, { fill: jobInput, isLoud: true })(call);
  }
  if (!call.host.stdinIsTty || !call.host.stdoutIsTty || call.globals.json) {
    throw new Refusal(
      'usage',
      'Nothing to change was named, and there is no terminal for an editor.',
      {
        kind: 'usage',
        remedy: { kind: 'command', text: 'cronkeeper edit --help' },
      },
    );
  }
  return inSession(call, editText);
};

async function editText(session: Session): Promise<number> {
  const { host, context, input } = session;
  const { answer } = await ask(session, 'jobs.show', { job: textOf(input, 'job') }, jobsShowOutput);
  // Refused before anybody types, and not changed: nothing is named that would.
  if ((input['revision'] ?? answer.job.revision) !== answer.job.revision)
    await ask(session, 'jobs.edit', input, jobsEditOutput);
  const head = `# ${answer.job.id}, revision ${answer.job.revision}. Save to change it; leave it as it is to change nothing.\n`;
  const before = editable(answer.job);
  return host.editText(head + (await context.documents.write(before)), async (text) => {
    if (text === null)
      throw new Refusal('usage', 'The editor failed; nothing was changed.', { kind: 'failed' });
    return change(session, answer.job, changedFields(before, await readEdited(session, text)));
  });
}

async function change(session: Session, job: JobAnswer, changes: Fields): Promise<number> {
  if (Object.keys(changes).length === 0) {
    await print(session, null, plain(lines('Nothing was changed.')));
    return 0;
  }
  // The revision that was shown: a change by somebody else in the meantime is not overwritten.
  const input = { ...changes, job: job.id, revision: job.revision };
  const edited = await ask(session, 'jobs.edit', input, jobsEditOutput);
  await print(session, edited.document, present(edited.answer, session.view));
  return 0;
}

/** The fields of an edit with their present values. Values of the environment are not shown by any answer, so they are not here. */
function editable(job: JobAnswer): Fields {
  return {
    name: job.name,
    when: job.schedule.canonical,
    ...(job.schedule.zone === null ? {} : { tz: job.schedule.zone }),
    ...editableWork(job),
    cwd: job.cwd,
    deliver: job.deliver,
    onFailure: job.onFailure,
    ping: job.ping ?? 'none',
    catchUp: job.catchUp,
    grace: job.graceMs,
    overlap: job.overlap,
    timeout: job.timeoutMs,
    noOutputTimeout: job.noOutputTimeoutMs ?? 'none',
    retries: job.retries,
    retryDelay: job.retryDelayMs,
    onLoss: job.onLoss,
    require: job.require,
    jitter: job.jitterMs,
    start: job.startAt ?? 'none',
    end: job.endAt ?? 'none',
    maxRuns: job.maxRuns ?? 'none',
    outputLimit: job.outputLimit,
  };
}

function editableWork({ agent, http, command, shell }: JobAnswer): Fields {
  if (agent !== null)
    return {
      prompt: agent.prompt,
      agent: agent.name,
      model: agent.model ?? 'none',
      tools: agent.tools,
      contextFrom: agent.contextFrom,
      gate: agent.gate ?? 'none',
      maxTokens: agent.maxTokens ?? 'none',
      maxCost: agent.maxCost ?? 'none',
      maxToolCalls: agent.maxToolCalls ?? 'none',
    };
  // Values of headers and the body are not shown by any answer, so they are not here.
  if (http !== null)
    return {
      http: `${http.method} ${http.url}`,
      expect: http.expect,
      allow: http.allow,
      maxBytes: http.maxBytes,
    };
  return shell ? { shell: command[0] ?? '' } : { command };
}

async function readEdited({ context }: Session, text: string): Promise<Fields> {
  const read = await context.documents.read(text);
  if (read.kind === 'read' && typeof read.value === 'object' && read.value !== null) {
    return Object.fromEntries(Object.entries(read.value));
  }
  const where = read.kind === 'broken' ? `line ${read.place.line}: ${read.message}` : 'no fields';
  throw new Refusal('file_invalid', `The text is not understood (${where}); nothing was changed.`, {
    kind: 'usage',
  });
}

const changedFields = (before: Fields, after: Fields): Fields =>
  Object.fromEntries(
    Object.entries(after).filter(([field, value]) => !isDeepStrictEqual(before[field], value)),
  );
