/** What `claude -p --output-format stream-json` and `codex exec --json` print, piece by piece. */
export const assistant = (id: string, content: readonly object[]) => ({
  type: 'assistant',
  session_id: 's1',
  message: {
    id,
    type: 'message',
    role: 'assistant',
    model: 'claude-fake',
    content,
    usage: { input_tokens: 40, cache_read_input_tokens: 60, output_tokens: 20 },
  },
});
export const toolUse = (id: string, command: string) => ({
  type: 'tool_use',
  id,
  name: 'Bash',
  input: { command },
});
export const toolResult = (id: string, content: string) => ({
  type: 'user',
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] },
});
export const resultOf = (more: object) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  num_turns: 2,
  result: 'Two letters.',
  total_cost_usd: 0.0123,
  usage: { input_tokens: 90, cache_read_input_tokens: 110, output_tokens: 41 },
  ...more,
});
export const init = {
  type: 'system',
  subtype: 'init',
  session_id: 's1',
  tools: ['Bash'],
  mcp_servers: [],
};

export const claudeStream = [
  init,
  assistant('m1', [{ type: 'text', text: 'Let me look.' }]),
  assistant('m1', [toolUse('t1', 'ls')]),
  toolResult('t1', 'one\ntwo'),
  assistant('m2', [{ type: 'text', text: 'Two letters.' }]),
  resultOf({}),
];

const item = (type: string, id: string, kind: string, more: object) => ({
  type,
  item: { id, type: kind, ...more },
});
const command = { command: '/bin/sh -lc ls', aggregated_output: 'one\ntwo\n', exit_code: 0 };
export const codexStream = [
  { type: 'thread.started', thread_id: '0199-a' },
  { type: 'turn.started' },
  item('item.completed', 'i0', 'reasoning', { text: '**Looking**' }),
  item('item.started', 'i1', 'command_execution', { ...command, status: 'in_progress' }),
  item('item.completed', 'i1', 'command_execution', { ...command, status: 'completed' }),
  item('item.completed', 'i2', 'agent_message', { text: 'Two files.' }),
  {
    type: 'turn.completed',
    usage: { input_tokens: 300, cached_input_tokens: 100, output_tokens: 30 },
  },
];
