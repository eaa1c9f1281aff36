import { chatReadOutput, chatSayOutput } from '../../../operations/chat-answers.ts';
import { answering, ask, inSession, jsonLine, type Session, textOf } from '../call.ts';
import { presentConversation, presentSaid } from '../present/chat.ts';
import type { Action, Call } from '../spec.ts';

const failed = 1;
const refused = 3;

/** With words one thing is said; without, each line of standard input, until it ends. */
export const chat: Action = (call) => {
  const text = [textOf(call.input, 'text') ?? '', ...call.excess].join(' ').trim();
  return inSession(call, async (session) =>
    text === '' ? converse(session) : say(session, { ...call.input, text }),
  );
};

async function converse(session: Session): Promise<number> {
  const { host, input } = session;
  let exitCode = 0;
  const prompt = async (): Promise<void> => {
    if (host.stdinIsTty) await host.stderr.write('> ');
  };
  await prompt();
  for await (const line of host.stdinLines()) {
    if (host.signal.aborted) break;
    if (line.trim() !== '') exitCode = await say(session, { ...input, text: line });
    await prompt();
  }
  return exitCode;
}

async function say(session: Session, input: Call['input']): Promise<number> {
  const { host, globals } = session;
  const { document, answer } = await ask(session, 'chat.say', input, chatSayOutput);
  const { text, warnings } = presentSaid(answer, session.view);
  await host.stdout.write(globals.json ? jsonLine(document) : text);
  await host.stderr.write(warnings);
  const parts = answer.lines.map(({ part }) => part);
  if (parts.some((part) => part.kind === 'end' && part.how !== 'done')) return failed;
  return parts.some(({ kind }) => kind === 'refused') ? refused : 0;
}

export const read = answering(chatReadOutput, presentConversation);
