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
  let isRejected = false;
  let resetsAt: number | null = null;

  function hearAnswer(message: Fields): boolean {
    const id = words(message, 'id');
    // One answer comes in pieces, each with the same usage.
    if (!answers.has(id)) meter.answered(tokensOf(within(message, 'usage')));
    answers.add(id);
    const step = answers.size;
    let calls = false;
    for (const part of listed(message, 'content')) {
      if (part['type'] === 'text') {
        text = words(part, 'text');
        transcript.addText(step, `${text}\n`);
      } else if (part['type'] === 'tool_use') {
        meter.called();
        calls = true;
        const input = redact(JSON.stringify(part['input'] ?? {}));
        const tool = words(part, 'name');
        transcript.add({ kind: 'call', step, id: words(part, 'id'), tool, input });
      }
    }
    return calls;
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

  function hearLimit(info: Fields): void {
    isRejected = info['status'] === 'rejected';
    resetsAt = isRejected ? count(info, 'resetsAt') * secondMs || null : null;
  }

  return {
    line(line) {
      const said = fieldsOf(line) ?? {};
      switch (said['type']) {
        case 'assistant':
          return hearAnswer(within(said, 'message'));
        case 'user':
          hearResults(within(said, 'message'));
          return true;
        case 'rate_limit_event':
          hearLimit(within(said, 'rate_limit_info'));
          return false;
        case 'result':
          result = said;
          meter.told(totalOf(said));
          return false;
        default:
          return false;
      }
    },
    text: () => text,
    ending(ended) {
      const end =
        result === null
          ? programFailure(howItEnded(ended), text, resetsAt)
          : endingOf(result, text, resetsAt);
      // Its words for an account that has nothing left change; what it was told by the server does not.
      const isUsedUp = isRejected && end.kind === 'failed' && end.reason === 'agent_failed';
      return isUsedUp ? { ...end, reason: 'quota_exhausted', notBefore: resetsAt } : end;
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
