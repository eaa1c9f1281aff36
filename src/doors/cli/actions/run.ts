import { parseDuration } from '../../../core/duration.ts';
import { hourMs } from '../../../core/instant.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { RunAnswer } from '../../../operations/answers.ts';
import { jobsRunOutput, runsShowOutput } from '../../../operations/outputs.ts';
import { waitForRequest, waitForRun } from '../../../operations/request-run.ts';
import type { Asked, Session } from '../call.ts';
import { ask, inSession, jsonLine, print } from '../call.ts';
import { renderDeliveries } from '../present/inbox.ts';
import { followLine, presentAsked, renderRun, requestsLine } from '../present/runs.ts';
import { lines } from '../present/view.ts';
import type { Action, Call } from '../spec.ts';
import { follow } from './logs.ts';

type Answer = Parameters<typeof presentAsked>[0];

const failed = 1;
const refused = 3;
const nobody = 4;
const tooLate = 5;

const asking =
  (operation: string): Action =>
  (call) =>
    inSession(call, async (session) => {
      const waitMs = readWait(call);
      const asked = await ask(session, operation, call.input, jobsRunOutput);
      if (waitMs === null || asked.answer.word === 'Refused') {
        await print(call, asked.document, presentAsked(asked.answer, session.view));
        return exitCodeOf(asked.answer);
      }
      return waitFor(session, asked, waitMs);
    });

export const run = asking('jobs.run');
export const retry = asking('runs.retry');

function exitCodeOf({ word, run: made, readiness }: Answer): number {
  if (word !== 'Refused') return 0;
  return made === null && !readiness.willRun ? nobody : refused;
}

function readWait({ own }: Call): number | null {
  const { wait } = own;
  if (wait === undefined) return null;
  if (wait === true) return hourMs;
  const ms = typeof wait === 'string' ? parseDuration(wait) : null;
  if (ms !== null) return ms;
  throw new Refusal('usage', `--wait: "${String(wait).slice(0, 60)}" is not a duration.`, {
    kind: 'usage',
    remedy: { kind: 'advice', text: 'Write it as --wait=90s or --wait=1h30m.' },
  });
}

/** Follows the run to its end. With `--json` nothing is said before the one document at the end. */
async function waitFor(session: Session, asked: Asked<Answer>, waitMs: number): Promise<number> {
  const { context, globals, host, view } = session;
  if (!globals.json) await print(session, null, presentAsked(asked.answer, view));
  const endsAt = context.clock.now().boot + waitMs;
  const leftMs = (): number => Math.max(0, endsAt - context.clock.now().boot);
  const { answer } = asked;
  const request =
    answer.run === null
      ? await waitForRequest(context, answer.request.receipt, leftMs(), host.signal)
      : null;
  const runId = answer.run?.id ?? request?.runId ?? null;
  if (runId === null) return notTaken(session, asked, request?.state ?? 'waiting');
  const following = { subject: runId, fromAttempt: 1, endsAtBoot: endsAt, isRaw: false };
  if (!globals.json) await follow(session, following);
  await waitForRun(context, runId, leftMs(), host.signal);
  const shown = await ask(session, 'runs.show', { run: runId }, runsShowOutput);
  const made = shown.answer.run;
  if (globals.json) await host.stdout.write(jsonLine({ ...answer, run: made }, 2));
  else
    await host.stdout.write(
      renderRun(made, view) + renderDeliveries(shown.answer.deliveries, view) + goesOn(made, view),
    );
  return waitedCode(made);
}

/** Of a run that was not waited for to its end, because the time was up or whoever waited went. */
const goesOn = (run: RunAnswer, view: Session['view']): string =>
  isOpen(run) ? lines(`  It goes on. ${followLine(run.id, view)}`) : '';

const isOpen = ({ state }: RunAnswer): boolean => state === 'queued' || state === 'running';

async function notTaken(session: Session, asked: Asked<Answer>, state: string): Promise<number> {
  const { globals, host, view } = session;
  const request = { ...asked.answer.request, state };
  if (globals.json) await host.stdout.write(jsonLine({ ...asked.answer, request }, 2));
  else
    await host.stdout.write(
      lines(
        `The request is ${state}: ${asked.answer.request.receipt}`,
        state === 'waiting'
          ? `  It stays until it is taken or expires. ${requestsLine(view)}`
          : null,
      ),
    );
  if (state === 'refused') return refused;
  return state === 'expired' ? nobody : tooLate;
}

function waitedCode(run: RunAnswer): number {
  if (isOpen(run)) return tooLate;
  return run.state === 'ended' && run.outcome === 'succeeded' ? 0 : failed;
}
