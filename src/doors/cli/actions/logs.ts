import { runsLogsOutput } from '../../../operations/outputs.ts';
import type { Session } from '../call.ts';
import { ask, inSession, isSet, jsonLine, numberOf, textOf } from '../call.ts';
import { escapeBytes } from '../present/escape.ts';
import type { Action } from '../spec.ts';

const pollMs = 250;

export type Following = {
  readonly subject: string;
  /** Which it begins with; null: the newest. */
  readonly fromAttempt: number | null;
  /** Reading of the boot clock after which it gives up; null: never. */
  readonly endsAtBoot: number | null;
  /** Bytes as they are stored. */
  readonly isRaw: boolean;
};

export const logs: Action = (call) =>
  inSession(call, async (session) => {
    const { globals, host, input, own } = session;
    if (isSet(own, 'follow')) {
      const isRaw = isSet(own, 'raw') || !host.stdoutIsTty;
      const subject = textOf(input, 'subject') ?? '';
      await follow(session, { subject, fromAttempt: null, endsAtBoot: null, isRaw });
      return 0;
    }
    if (globals.json) {
      const { document } = await ask(session, 'runs.logs', input, runsLogsOutput);
      await host.stdout.write(jsonLine(document, 2));
      return 0;
    }
    await readAll(session, isSet(own, 'raw') || !host.stdoutIsTty);
    return 0;
  });

type Attempt = { readonly subject: string; readonly attempt: number | null };

/** What is meant now: while it is read, a job may get another run, and a run another attempt. */
async function meantNow(session: Session, subject: string): Promise<Attempt> {
  const question = { subject, maxBytes: 1 };
  const { answer } = await ask(session, 'runs.logs', question, runsLogsOutput);
  const { id, attempts } = answer.run;
  const newest = attempts.findLast(({ state }) => state !== 'not_started');
  return { subject: id, attempt: numberOf(session.input, 'attempt') ?? newest?.number ?? null };
}

/** Everything that is stored now. */
async function readAll(session: Session, isRaw: boolean): Promise<void> {
  const { host, input } = session;
  const writer = writerTo(session, isRaw);
  const meant = await meantNow(session, textOf(input, 'subject') ?? '');
  let from = numberOf(input, 'fromByte') ?? 0;
  for (;;) {
    const question = { ...input, ...meant, fromByte: from };
    const { answer } = await ask(session, 'runs.logs', question, runsLogsOutput);
    if (answer.isAbsent) {
      const state = answer.run.state === 'ended' ? 'is kept for' : 'was written by';
      await host.stderr.write(`No output ${state} run ${answer.run.id} (${answer.run.state}).\n`);
      return;
    }
    const bytes = Buffer.from(answer.base64, 'base64');
    if (bytes.length === 0) break;
    await writer.write(bytes);
    from = answer.nextByte;
  }
  await writer.end();
}

/**
 * Shows output as it comes, of one attempt after the other, until the run is over and all of it was shown; of the attempt alone that
 * was asked for. A job means its newest run at the beginning.
 */
export async function follow(session: Session, following: Following): Promise<void> {
  const { context, globals, host, input } = session;
  const { endsAtBoot, isRaw } = following;
  const writer = writerTo(session, isRaw);
  const meant = await meantNow(session, following.subject);
  const isAlone = numberOf(input, 'attempt') !== null;
  let attempt = following.fromAttempt ?? meant.attempt ?? 1;
  let from = numberOf(input, 'fromByte') ?? 0;
  for (;;) {
    const question = { subject: meant.subject, attempt, fromByte: from };
    const { document, answer } = await ask(session, 'runs.logs', question, runsLogsOutput);
    const bytes = Buffer.from(answer.base64, 'base64');
    if (bytes.length > 0) {
      if (globals.json) await host.stdout.write(jsonLine(document));
      else await writer.write(bytes);
      from = answer.nextByte;
      continue;
    }
    // The run was read before the output: an attempt that another one follows there has written all that it will.
    const newest = answer.run.attempts.at(-1)?.number ?? 1;
    if (!isAlone && attempt < newest) {
      attempt += 1;
      from = 0;
      continue;
    }
    const isOver = answer.run.state !== 'queued' && answer.run.state !== 'running';
    const isLate = endsAtBoot !== null && context.clock.now().boot >= endsAtBoot;
    if (isOver && globals.json) await host.stdout.write(jsonLine(document));
    if (isOver || isLate || host.signal.aborted) break;
    await context.clock.sleep(pollMs, host.signal);
  }
  await writer.end();
}

type Writer = { write(bytes: Uint8Array): Promise<void>; end(): Promise<void> };

/** On a terminal bytes are written out safely; a character cut in two by the end of a page is held back. */
function writerTo({ host }: Session, isRaw: boolean): Writer {
  if (isRaw) return { write: (bytes) => host.stdout.write(bytes), end: async () => {} };
  let held: Uint8Array = new Uint8Array();
  return {
    async write(bytes) {
      const { text, rest } = escapeBytes(Buffer.concat([held, bytes]));
      held = rest;
      await host.stdout.write(text);
    },
    async end() {
      for (const byte of held) await host.stdout.write(`\\x${byte.toString(16)}`);
    },
  };
}
