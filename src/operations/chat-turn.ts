import { isLess, type Maker, trustOf } from '../core/maker.ts';
import type { Assistant } from '../ports/assistant.ts';
import type { ChatPart, ChatTurn } from '../ports/chat.ts';
import { callTool } from './chat-tools.ts';
import type { OperationContext } from './operation.ts';

/** What one turn may ask; an assistant that wants more goes round in circles. */
const mostCalls = 20;
const mostPieces = 5_000;

/** Who answers a turn of this asker. */
export type AssistantFor = (context: OperationContext, turn: ChatTurn) => Promise<Assistant>;

/** What a model chooses is a chat's doing, and never more than its asker's. */
const lessThan = (maker: Maker, name: string): Maker =>
  isLess('chat', trustOf(maker)) ? { kind: 'chat', name, run: maker.run } : maker;

/** Another process answers this turn now, so this one must not go on with it. */
class TurnLost extends Error {
  override readonly name = 'TurnLost';
}

/**
 * Carries an accepted turn out. Each piece is stored before the next one is made, and a call before it is asked, so that whatever
 * happens to this process it is known what may have been done.
 */
export async function carryOut(
  context: OperationContext,
  turn: ChatTurn,
  assistantFor: AssistantFor,
): Promise<void> {
  const { store, clock } = context;
  const over = new AbortController();
  const write = async (...parts: readonly ChatPart[]): Promise<void> => {
    if (!(await store.chat.append(turn, parts, clock.now().wall))) throw new TurnLost();
  };
  let asker = context;
  let calls = 0;
  const call: Parameters<Assistant['answer']>[0]['call'] = async (operation, input) => {
    calls += 1;
    if (calls > mostCalls) throw new Error('The assistant asked too many operations in one turn.');
    await write({ kind: 'call', operation, input });
    const result = await callTool(asker, operation, input);
    if (result.kind === 'card') await write({ kind: 'card', operation, answer: result.answer });
    else {
      const { code, message, remedy } = result;
      await write({ kind: 'refused', operation, code, message, remedy });
    }
    return result;
  };
  try {
    const assistant = await assistantFor(context, turn);
    if (assistant.thinks) asker = { ...context, maker: lessThan(context.maker, assistant.name) };
    let pieces = 0;
    for await (const text of assistant.answer({ text: turn.text, call, signal: over.signal })) {
      pieces += 1;
      if (pieces > mostPieces) throw new Error('The assistant did not come to an end.');
      await write({ kind: 'text', text });
    }
    await write({ kind: 'end', how: 'done' });
  } catch (error) {
    if (error instanceof TurnLost) return;
    const text = `I broke off: ${error instanceof Error ? error.message : String(error)}`;
    await store.chat.append(
      turn,
      [
        { kind: 'text', text },
        { kind: 'end', how: 'failed' },
      ],
      clock.now().wall,
    );
  } finally {
    over.abort();
  }
}

/** Says that a turn was interrupted: what was asked last may or may not have been done, and is not guessed. */
const interrupted: readonly ChatPart[] = [
  {
    kind: 'text',
    text: 'The process that answered this ended in between. Whether the last operation was done is not known: look at the list before you say it again.',
  },
  { kind: 'end', how: 'interrupted' },
];

/**
 * Takes up the turns whose process has ended. One that had asked no operation yet is carried out, as who asked it and not as who takes it
 * up; of another nobody knows what was done, or who asked, so it ends with that word.
 */
export async function takeUpTurns(
  context: OperationContext,
  assistantFor: AssistantFor,
): Promise<void> {
  const { store, processes, clock, profile } = context;
  for (const turn of await store.chat.open(profile)) {
    if (processes.life(turn.worker) !== 'dead') continue;
    const worker = processes.self();
    if (!(await store.chat.takeOver(turn, worker))) continue;
    const mine = { ...turn, worker };
    const { actor, maker } = turn;
    const lines = await store.chat.linesOf(profile, turn.id);
    if (maker === null || lines.some(({ part }) => part.kind === 'call'))
      await store.chat.append(mine, interrupted, clock.now().wall);
    else await carryOut({ ...context, actor, maker, cwd: null }, mine, assistantFor);
  }
}
