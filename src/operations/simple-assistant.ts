import { readSentence } from '../core/assistant.ts';
import { type ChatWork, type Intent, sentenceExamples } from '../core/assistant-sentence.ts';
import { profileOption } from '../core/refusal.ts';
import type { Assistant, ChatQuestion, ToolResult } from '../ports/assistant.ts';
import type { JobAnswer } from './answers.ts';
import type { OperationContext } from './operation.ts';
import {
  jobsAddOutput,
  jobsEditOutput,
  jobsListOutput,
  jobsRemoveOutput,
  jobsRunOutput,
} from './outputs.ts';
import { tonightOutput } from './outputs-evening.ts';
import { usualModel } from './usual-model.ts';

/** Among how many jobs a name is looked for. */
const mostJobs = 1_000;
const longestName = 60;

/** What everybody who meets it has to know. */
export const simpleNote =
  'I am the simple assistant: I know set sentences and do not think. What needs a model is a job with a prompt: see docs/AGENTS.md.';

/** Understands sentences without a model. It asks back whatever it does not understand to the last word. */
export const simpleAssistant = (context: OperationContext): Assistant => ({
  name: 'simple',
  note: simpleNote,
  thinks: false,
  async *answer({ text, call }) {
    const { store, profile, clock, zone, language } = context;
    const jobs = await store.jobs.list(profile, { after: null, limit: mostJobs });
    const sentence = readSentence(text, {
      now: clock.now().wall,
      zone,
      readInstant: await language.instantReader(),
      jobs: jobs.map(({ id, definition }) => ({ id, name: definition.name })),
    });
    if (sentence.kind === 'intent') yield* carry(context, sentence.intent, call);
    else {
      yield sentence.text;
      if (sentence.doubt === 'unknown') yield simpleNote;
    }
  },
});

type Call = ChatQuestion['call'];

async function* carry(
  context: OperationContext,
  intent: Intent,
  call: Call,
): AsyncIterable<string> {
  switch (intent.kind) {
    case 'help':
      yield `${simpleNote}\nYou can say:\n${sentenceExamples.map((one) => `- ${one}`).join('\n')}`;
      return;
    case 'create':
      yield* create(context, intent, call);
      return;
    case 'list':
      yield said(await call('jobs.list', { limit: 50 }), (answer) => {
        const { jobs, next } = jobsListOutput.parse(answer);
        if (jobs.length === 0)
          return `There are no jobs yet. Say for example "${sentenceExamples[0]}".`;
        return `${jobs.length}${next === null ? '' : ' or more'} job${jobs.length === 1 ? '' : 's'}.`;
      });
      return;
    case 'status':
      yield said(await call('status', {}), () => 'That is how it stands.');
      return;
    case 'tonight':
      yield said(await call('tonight', {}), (answer) => {
        const { occurrences, willRun } = tonightOutput.parse(answer).verdict;
        if (occurrences === 0) return 'Nothing is due in the next twelve hours.';
        return willRun === occurrences
          ? `Yes: all ${occurrences} will run.`
          : `No: ${willRun} of ${occurrences} will run.`;
      });
      return;
    case 'remove':
      yield said(
        await call('jobs.remove', { job: intent.jobId }),
        (answer) => `Removed "${jobsRemoveOutput.parse(answer).job.name}". Its history stays.`,
      );
      return;
    case 'run':
      yield said(await call('jobs.run', { job: intent.jobId }), (answer) => {
        const { word, owner } = jobsRunOutput.parse(answer);
        return owner === null ? `${word}.` : `${word}, by the ${owner.role}.`;
      });
      return;
    case 'pause':
    case 'resume': {
      const done = intent.kind === 'pause' ? 'Paused' : 'Resumed';
      yield said(
        await call(`jobs.${intent.kind}`, { job: intent.jobId }),
        (answer) => `${done} "${jobsEditOutput.parse(answer).job.name}".`,
      );
    }
  }
}

async function* create(
  context: OperationContext,
  { when, work, name }: Extract<Intent, { kind: 'create' }>,
  call: Call,
): AsyncIterable<string> {
  const made = actionOf(work);
  const waits = work.kind === 'prompt' && (await usualModel(context)) === null;
  const pause = waits ? { paused: true, pausedReason: 'no model is configured' } : {};
  const input = { when, name: name ?? made.name, ...made.fields, ...pause };
  yield said(await call('jobs.add', input), (answer) => {
    const { job, understood } = jobsAddOutput.parse(answer);
    if (waits) return waitingWords(job, understood.words, when);
    const [next] = understood.next;
    const first = next === undefined ? '' : ` First: ${next.local.replace('T', ' ')}.`;
    const bare =
      job.agent === null
        ? ''
        : ` Its agent may use nothing yet: cronkeeper edit ${job.id} --tools read-file${profileOption(job.profile)} lets it read below its folder.`;
    const notes = understood.notes.map((note) => ` ${note}`).join('');
    return `Added "${job.name}": ${understood.words}.${first}${notes}${bare}`;
  });
}

/** What a person has to do before a job that thinks can run. */
const waitingWords = ({ id, name, profile }: JobAnswer, understood: string, when: string): string =>
  `IT WILL NOT RUN YET: it needs somebody who thinks, and no model is configured. Added "${name}", paused: ${understood}.\n` +
  `Name a model: cronkeeper config set model PROVIDER/MODEL (docs/AGENTS.md tells how its key is kept). Then: cronkeeper resume ${id}${profileOption(profile)}\n` +
  `Or shall a program do it? cronkeeper remove ${id}${profileOption(profile)}, and say for example "${when} run \`./summarise.sh\`".`;

/** What the job does. Its agent may use nothing until a person names it. */
function actionOf(work: ChatWork): {
  readonly name: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
} {
  switch (work.kind) {
    case 'reminder':
      // The text is one argument of a program, never part of a command; its front keeps it from being an option or a mark such as [SILENT].
      return {
        name: work.text.slice(0, longestName),
        fields: { command: ['printf', '%s\\n', `Reminder: ${work.text}`] },
      };
    case 'command':
      return { name: undefined, fields: { command: [...work.argv] } };
    case 'prompt':
      return { name: undefined, fields: { prompt: work.text } };
  }
}

/** The warning first, so that nobody reads "Added" and goes. */
const said = (result: ToolResult, words: (answer: unknown) => string): string =>
  result.kind === 'refused' || result.words !== ''
    ? [result.words, result.kind === 'card' ? words(result.answer) : ''].filter(Boolean).join('\n')
    : words(result.answer);
