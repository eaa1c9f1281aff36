import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import type { ToolResult } from '../ports/assistant.ts';
import { readinessSchema } from './answers.ts';
import { heldTo } from './held-to.ts';
import { inboxList } from './inbox.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList, jobsShow } from './jobs-list.ts';
import { jobsNext } from './jobs-next.ts';
import { jobsPreview } from './jobs-preview.ts';
import { jobsRun } from './jobs-run.ts';
import { jobsPause, jobsRemove, jobsResume } from './jobs-state.ts';
import { jobsWhy } from './jobs-why.ts';
import { morning } from './morning.ts';
import type { Operation, OperationContext } from './operation.ts';
import { runsList, runsShow } from './runs.ts';
import { runsLogs } from './runs-logs.ts';
import { status } from './status.ts';
import { tonight } from './tonight.ts';

/** Everything that a chat can do. Nothing here appoints, lets anybody in, reads a file or starts a program. */
export const chatTools: readonly Operation<z.ZodType, z.ZodType>[] = [
  jobsAdd,
  jobsList,
  jobsShow,
  jobsEdit,
  jobsPreview,
  jobsPause,
  jobsResume,
  jobsRemove,
  jobsRun,
  jobsNext,
  jobsWhy,
  runsList,
  runsShow,
  runsLogs,
  inboxList,
  status,
  tonight,
  morning,
];

const withReadiness = z.object({ readiness: readinessSchema });

/** The one warning of every door, for an assistant; empty when the jobs will run, or somebody decided that this one does not. */
function warningWords(answer: unknown): string {
  const parsed = withReadiness.safeParse(answer);
  if (!parsed.success) return '';
  const { willRun, code, message, remedy } = parsed.data.readiness;
  if (willRun || code === 'job_paused' || code === 'job_done') return '';
  const mend = remedy === null ? '' : ` What to do: ${remedy.text}`;
  return `⚠ NOTHING WILL RUN THIS: ${message}.${mend}`;
}

/** Asks one operation of the chat. What it refuses is a result, not an error. */
export async function callTool(
  context: OperationContext,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<ToolResult> {
  const tool = chatTools.find((one) => one.name === name);
  try {
    if (tool === undefined) throw unknownTool(name);
    refuseOtherProfiles(context, input);
    const held = heldTo(tool.input, input);
    const answer = z.record(z.string(), z.unknown()).parse(await tool.handle(context, held));
    return { kind: 'card', answer, words: warningWords(answer) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, remedy } = error;
    const mend = remedy === null ? '' : ` ${remedy.text}`;
    return { kind: 'refused', code, message, remedy, words: `Refused: ${message}${mend}` };
  }
}

/** Whoever may speak here may know nothing of another profile by that. */
function refuseOtherProfiles(
  { profile }: OperationContext,
  { allProfiles = false }: Readonly<Record<string, unknown>>,
): void {
  if (allProfiles === false) return;
  throw new Refusal(
    'scope_missing',
    `This chat is about profile "${profile}" alone; each other profile has a chat of its own.`,
    { details: { profile } },
  );
}

const unknownTool = (name: string): Refusal =>
  new Refusal('not_found', `A chat has no operation "${name.slice(0, 80)}".`);
