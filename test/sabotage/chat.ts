import type { Sabotage, TestRun } from './sabotage.ts';

const byCore = (pattern: string): TestRun => ({
  file: 'src/core/assistant.test.ts',
  pattern,
  red: /deep-equal|kind/,
});
const byTurn = (pattern: string, red: RegExp): TestRun => ({
  file: 'src/operations/chat.test.ts',
  pattern,
  red,
});

/** What a chat promises: it asks back before it guesses, a turn outlives whoever asked, and cards are data. */
export const chats: readonly Sabotage[] = [
  {
    name: 'the assistant takes "every 30m or so" for every 30 minutes',
    file: 'src/core/assistant-creation.ts',
    find: 'if (inexact !== undefined) return',
    put: 'if (inexact === null) return',
    by: byCore('30m or so'),
  },
  {
    name: 'the assistant takes "every other monday at 9" for each Monday',
    file: 'src/core/assistant-creation.ts',
    find: 'return unread === null',
    put: 'return unread !== undefined',
    by: byCore('swim every other|pay rent monthly'),
  },
  {
    name: 'the assistant takes today at 9, when it has passed, for tomorrow',
    file: 'src/core/assistant-time.ts',
    find: 'if (read.isWhole) whole.push(place);',
    put: 'if (read.isWhole) continue;',
    by: {
      file: 'src/core/assistant-time.test.ts',
      pattern: 'the end of one that is refused.*today at 9',
      red: /'found'/,
    },
  },
  {
    name: 'the assistant makes the first of two jobs and forgets the second',
    file: 'src/core/assistant-creation.ts',
    find: 'if (doubt !== null) return doubt;',
    put: 'if (doubt === undefined) return doubt;',
    by: byCore('summarise ./notes|buy milk'),
  },
  {
    name: 'the assistant removes a job of which only a part was named',
    file: 'src/core/assistant-changes.ts',
    find: "if (verb === 'remove' && !job.isExact)",
    put: "if (verb === 'remove' && job.isExact === null)",
    by: byCore('remove weekly'),
  },
  {
    name: 'the text of a reminder is a line for the shell',
    file: 'src/operations/simple-assistant.ts',
    find: "fields: { command: ['printf', ",
    put: "fields: { command: ['sh', '-c', ",
    by: byTurn('handed the text', /deep-equal/),
  },
  {
    name: 'a chat does not say that nothing will run the job',
    file: 'src/operations/chat-tools.ts',
    find: "if (willRun || code === 'job_paused' || code === 'job_done') return '';",
    put: "if (code !== null) return '';",
    by: byTurn('says so first', /NOTHING WILL RUN/),
  },
  {
    name: 'a chat can ask whatever it names',
    file: 'src/operations/chat-tools.ts',
    find: 'if (tool === undefined) throw unknownTool(name);',
    put: "if (tool === undefined) return { kind: 'card', answer: {}, words: '' };",
    by: byTurn('reaches no operation', /refused/),
  },
  {
    name: 'a chat tells of every profile',
    file: 'src/operations/chat-tools.ts',
    find: '    refuseOtherProfiles(context, input);\n',
    put: '',
    by: byTurn('about its own profile', /scope_missing/),
  },
  {
    name: 'a turn is carried out with the trust of whoever takes it up',
    file: 'src/operations/chat-turn.ts',
    find: 'carryOut({ ...context, actor, maker, cwd: null }',
    put: 'carryOut({ ...context, actor, cwd: null }',
    by: byTurn('as who asked it', /deep-equal/),
  },
  {
    name: 'a turn that may have done something is carried out again',
    file: 'src/operations/chat-turn.ts',
    find: "lines.some(({ part }) => part.kind === 'call')",
    put: "lines.some(({ part }) => part.kind === 'card')",
    by: byTurn('is not carried out again', /deep-equal/),
  },
  {
    name: 'a turn is taken from a process that still answers it',
    file: 'src/operations/chat-turn.ts',
    find: "if (processes.life(turn.worker) !== 'dead') continue;",
    put: "if (processes.life(turn.worker) === 'unknowable') continue;",
    by: byTurn('carried out by the next', /still alive/),
  },
  {
    name: 'the same key says it twice',
    file: 'src/operations/chat.ts',
    find: 'key: key ?? id',
    put: 'key: id',
    by: byTurn('says it once', /deep-equal|true/),
  },
  {
    name: 'a turn that another process took over is written on',
    file: 'src/adapters/stores/sql/chat.ts',
    find: 'UPDATE chat_turns SET is_open = $3 WHERE id = $1 AND worker = $2 AND is_open = 1',
    put: 'UPDATE chat_turns SET is_open = $3 WHERE id = $1 AND worker <> $2 || $2 AND is_open = 1',
    by: {
      file: 'test/conformance/sqlite.test.ts',
      pattern: 'who lost it to another',
      red: /strictly|false/,
    },
  },
  {
    name: 'what a model chooses counts as what its asker chose',
    file: 'src/operations/chat-turn.ts',
    find: 'if (assistant.thinks) asker =',
    put: 'if (!assistant.thinks) asker =',
    by: byTurn('made by the chat', /deep-equal/),
  },
  {
    name: 'a model is not told that nothing will run',
    file: 'src/adapters/agents/chat.ts',
    find: '[result.words, data]',
    put: "[result.kind === 'card' ? '' : result.words, data]",
    by: { file: 'test/agents/chat.test.ts', pattern: 'told the warning', red: /did not match/ },
  },
];
