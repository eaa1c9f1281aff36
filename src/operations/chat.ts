import { toIso } from '../core/instant.ts';
import type { ChatLine, ChatTurn } from '../ports/chat.ts';
import {
  type ChatLineAnswer,
  type ChatSayAnswer,
  chatReadInput,
  chatReadOutput,
  chatSayInput,
  chatSayOutput,
} from './chat-answers.ts';
import { assistantFor, assistantHere } from './chat-assistant.ts';
import { carryOut, takeUpTurns } from './chat-turn.ts';
import { type OperationContext, operation } from './operation.ts';
import { ensureProfile, profileOperation } from './profile-check.ts';
import { readinessAnswer, readReadiness } from './readiness.ts';

/**
 * Says something in the conversation of the profile. It is stored before it is answered, and answered to its end by the process that
 * took it, whether or not anybody still waits for this answer; `chat.read` shows each line as soon as there is one.
 */
export const chatSay = operation({
  name: 'chat.say',
  summary: 'Say something to the assistant, and get its answer',
  input: chatSayInput,
  output: chatSayOutput,
  scope: 'edit',
  async handle(context, { text, key }) {
    const { store, profile, clock, ids, processes, actor, maker } = context;
    await ensureProfile(context);
    const id = ids.next();
    const at = clock.now().wall;
    const worker = processes.self();
    const asked = { key: key ?? id, actor, maker, text };
    const wanted = { id, profile, ...asked, worker, isOpen: true, at };
    const earlier = await store.chat.accept(wanted);
    const turn: ChatTurn = earlier ?? wanted;
    if (earlier === null) await carryOut(context, turn, assistantFor);
    await takeUpTurns(context, assistantFor);
    return {
      turn: turn.id,
      repeated: earlier !== null,
      lines: (await store.chat.linesOf(profile, turn.id)).map(lineAnswer),
      ...(await common(context)),
    };
  },
});

/** The conversation from a line on, or its newest lines. */
export const chatRead = profileOperation({
  name: 'chat.read',
  summary: 'Read the conversation, from a line on',
  input: chatReadInput,
  output: chatReadOutput,
  scope: 'read',
  async handle(context, { after, limit }) {
    const { store, profile } = context;
    const from = after ?? Math.max(0, (await store.chat.newest(profile)) - limit);
    const open = await store.chat.open(profile);
    const lines = await store.chat.lines(profile, from, limit);
    return {
      lines: lines.map(lineAnswer),
      next: lines.at(-1)?.number ?? from,
      isOpen: open.length > 0,
      ...(await common(context)),
    };
  },
});

/** Answers what a process that has ended left unanswered. For a process that serves a profile, at its start. */
export const takeUpChats = (context: OperationContext): Promise<void> =>
  takeUpTurns(context, assistantFor);

async function common(
  context: OperationContext,
): Promise<Pick<ChatSayAnswer, 'assistant' | 'readiness' | 'warnings'>> {
  const view = await readReadiness(context);
  return {
    assistant: await assistantHere(context),
    readiness: readinessAnswer(view.readiness),
    warnings: [...view.warnings],
  };
}

const lineAnswer = ({ number, turnId, at, part }: ChatLine): ChatLineAnswer => ({
  number,
  turn: turnId,
  at: toIso(at),
  part,
});
