import { count, type Fields, fieldsOf, within, words } from './fields.ts';
import { howItEnded, type Listener, programFailure } from './listener.ts';
import type { Session } from './session.ts';

/** What it does by itself and shows as items; everything else that it shows is talk. */
const callKinds: ReadonlySet<string> = new Set([
  'command_execution',
  'file_change',
  'mcp_tool_call',
  'web_search',
]);

/**
 * Hears `codex exec --json`: items as they begin and end, the usage of a turn when it ends, and errors. The last message of the agent is its
 * answer.
 */
export function listenToCodex({ meter, transcript, redact }: Session): Listener {
  let text = '';
  let error: string | null = null;
  let isDone = false;
  let step = 1;
  const begun = new Set<string>();

  /** Answers whether it is another one. */
  function call(item: Fields): boolean {
    const id = words(item, 'id');
    if (begun.has(id)) return false;
    begun.add(id);
    meter.called();
    const tool = words(item, 'type');
    const input = words(item, 'command') || redact(JSON.stringify(item));
    transcript.add({ kind: 'call', step, id, tool, input });
    return true;
  }

  /** Answers whether it is a call; some are told only when they are over. */
  function hearItem(item: Fields, isEnded: boolean): boolean {
    const kind = words(item, 'type');
    if (callKinds.has(kind)) {
      const isNew = call(item);
      if (!isEnded) return isNew;
      const isError = words(item, 'status') === 'failed';
      const said = words(item, 'aggregated_output') || words(item, 'status');
      transcript.add({ kind: 'result', step, id: words(item, 'id'), isError, text: said });
      return isNew;
    }
    if (kind === 'agent_message' && isEnded) {
      text = words(item, 'text');
      transcript.addText(step, `${text}\n`);
    }
    return false;
  }

  return {
    line(line) {
      const said = fieldsOf(line) ?? {};
      const type = words(said, 'type');
      if (type === 'item.started' || type === 'item.completed')
        return hearItem(within(said, 'item'), type === 'item.completed');
      if (type === 'turn.completed') {
        const usage = within(said, 'usage');
        meter.answered({
          inputTokens: count(usage, 'input_tokens'),
          outputTokens: count(usage, 'output_tokens'),
        });
        isDone = true;
        step += 1;
      } else if (type === 'turn.failed') error = words(within(said, 'error'), 'message');
      else if (type === 'error') error ??= words(said, 'message');
      return false;
    },
    text: () => text,
    ending(ended) {
      // Errors that it got over are told, too.
      if (isDone && ended.code === 0) return { kind: 'answered', text };
      return programFailure(error === null ? howItEnded(ended) : plainWords(error), text, null);
    },
  };
}

/** Its errors may be the answer of a server, as JSON. */
function plainWords(error: string): string {
  const said = fieldsOf(error);
  if (said === null) return error;
  const inner = within(said, 'error');
  return (
    [words(inner, 'type'), words(inner, 'message')].filter((one) => one !== '').join(': ') || error
  );
}
