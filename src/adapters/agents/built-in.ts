import type { ModelMessage } from 'ai';
import { limitMet } from '../../core/agent-answer.ts';
import { askModel, type Call } from './ask-model.ts';
import { openModel } from './model.ts';
import { type Ending, failed, type Session } from './session.ts';
import { readModelSettings } from './settings.ts';
import { type AgentTool, describeTools, openTools, runTool } from './tools.ts';

/** Thinks with a model until it calls no more tools, or a limit of the job ends it. */
export async function answerByModel(session: Session, prompt: string): Promise<Ending> {
  const { work, world, meter, transcript } = session;
  const settings = readModelSettings(world.env);
  if (work.limits.costMicroUsd !== null && settings.prices === null)
    return failed('cost_limit', 'The price of the model is not known: its cost has no limit then.');
  const opened = openModel(work.model, settings);
  if (opened.kind !== 'open') return opened;
  const opening = openTools(work.tools);
  if ('unknown' in opening)
    return failed('not_in_this_build', `The built-in agent has no tool "${opening.unknown}".`);
  const { tools } = opening;
  const names = [...tools.keys()];
  transcript.add({
    kind: 'prompt',
    agent: work.agent,
    model: work.model,
    tools: names,
    text: prompt,
  });
  const messages: ModelMessage[] = [{ role: 'user', content: prompt }];
  let text = '';
  for (let step = 1; ; step += 1) {
    const met = limitMet(work.limits, meter.usage());
    if (met !== null) return failed(met.reason, met.message, text);
    const question = { model: opened.model, tools: describeTools(tools), messages, step };
    const said = await askModel(session, question);
    if (said.kind !== 'said') return said;
    text = said.text;
    if (said.calls.length === 0) return { kind: 'answered', text };
    messages.push(...said.messages);
    for (const call of said.calls) {
      const result = await answerCall(session, tools, { ...call, step }, text);
      if ('kind' in result) return result;
      messages.push(result);
    }
  }
}

/** Runs one call, unless the job may make no more. */
async function answerCall(
  session: Session,
  tools: ReadonlyMap<string, AgentTool>,
  call: Call & { readonly step: number },
  text: string,
): Promise<ModelMessage | Ending> {
  const { work, world, meter, transcript, redact } = session;
  const { id, tool, step } = call;
  const most = work.limits.toolCalls;
  if (world.signal.aborted) return { kind: 'stopped', text };
  if (most !== null && meter.usage().toolCalls >= most)
    return failed('tool_call_limit', `It may call tools ${most} times, and wanted more.`, text);
  transcript.add({ kind: 'call', step, id, tool, input: JSON.stringify(call.input) ?? '' });
  meter.called();
  const result = await runTool(tools, call, session);
  const value = redact(result.text);
  transcript.add({ kind: 'result', step, id, isError: result.isError, text: value });
  const type = result.isError ? 'error-text' : 'text';
  const content = { type: 'tool-result', toolCallId: id, toolName: tool } as const;
  return { role: 'tool', content: [{ ...content, output: { type, value } }] };
}
