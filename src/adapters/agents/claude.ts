import { secondMs } from '../../core/instant.ts';
import { count, type Fields, fieldsOf, listed, within, words } from './fields.ts';
import { howItEnded, type Listener, programFailure } from './listener.ts';
import { type Ending, failed, type Session } from './session.ts';

/**
 * Hears `claude -p --output-format stream-json`: answers and calls as they come, results of calls, what its account may still use, and at
 * the end one `result` with the last words and the whole usage.
 */
export function listenToClaude({ meter, transcript, redact }: Session): Listener {
  const answers = new Set<string>();
  let text = '';
  let result: Fields | null = null;
  let resetsAt: number | null = null;

  function hearAnswer(message: Fields): void {
    const id = words(message, 'id');
    // One answer comes in pieces, each with the same usage.
    if (!answers.has(id)) meter.answered(tokensOf(within(message, 'usage')));
    answers.add(id);
    const step = answers.size;
    for (const part of listed(message, 'content')) {
      if (part['type'] === 'text') {
        text = words(part, 'text');
        transcript.addText(step, `${text}\n`);
      } else if (part['type'] === 'tool_use') {
        meter.called();
        const input = redact(JSON.stringify(part['input'] ?? {}));
        const tool = words(part, 'name');
        transcript.add({ kind: 'call', step, id: words(part, 'id'), tool, input });
      }
    }
  }

  function hearResults(message: Fields): void {
    for (const part of listed(message, 'content')) {
      if (part['type'] !== 'tool_result') continue;
      const { content } = part;
      const said = typeof content === 'string' ? content : (JSON.stringify(content) ?? '');
      const id = words(part, 'tool_use_id');
      const isError = part['is_error'] === true;
      transcript.add({ kind: 'result', step: answers.size, id, isError, text: said });
    }
  }

  return {
    line(line) {
      const said = fieldsOf(line);
      if (said === null) return;
      if (said['type'] === 'assistant') hearAnswer(within(said, 'message'));
      else if (said['type'] === 'user') hearResults(within(said, 'message'));
      else if (said['type'] === 'rate_limit_event') {
        const info = within(said, 'rate_limit_info');
        if (info['status'] === 'rejected') resetsAt = count(info, 'resetsAt') * secondMs || null;
      } else if (said['type'] === 'result') {
        result = said;
        meter.told(totalOf(said));
      }
    },
    text: () => text,
    ending(ended) {
      if (result === null) return programFailure(howItEnded(ended), text, resetsAt);
      return endingOf(result, text, resetsAt);
    },
  };
}

function endingOf(result: Fields, text: string, resetsAt: number | null): Ending {
  const said = words(result, 'result');
  const subtype = words(result, 'subtype');
  if (subtype === 'error_max_budget_usd')
    return failed('cost_limit', 'It met the limit of cost of this job.', text);
  // An error may call itself a success; the flag counts.
  if (result['is_error'] !== true && subtype === 'success') return { kind: 'answered', text: said };
  const errors = result['errors'];
  const why = Array.isArray(errors) ? errors.map(String) : [];
  const message = [said, ...why].filter((one) => one !== '').join('\n');
  return programFailure(message === '' ? `It ended with ${subtype}.` : message, text, resetsAt);
}

const tokensOf = (
  usage: Fields,
): { readonly inputTokens: number; readonly outputTokens: number } => ({
  inputTokens:
    count(usage, 'input_tokens') +
    count(usage, 'cache_creation_input_tokens') +
    count(usage, 'cache_read_input_tokens'),
  outputTokens: count(usage, 'output_tokens'),
});

const totalOf = (result: Fields) => ({
  ...tokensOf(within(result, 'usage')),
  costMicroUsd:
    typeof result['total_cost_usd'] === 'number'
      ? Math.ceil(result['total_cost_usd'] * 1_000_000)
      : null,
});
