import type { TestContext } from 'node:test';
import type { AgentWork } from '../../src/core/work.ts';
import { serveAnthropic } from './fake-anthropic.ts';
import { type FakeServer, type Script, serveOpenAi } from './fake-openai.ts';
import { agentWork, startWorker, type Worker, type WorkerEnd } from './worker.ts';

export type Setting = {
  readonly work?: Partial<AgentWork>;
  readonly env?: Readonly<Record<string, string>>;
  /** What is in the working folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly api?: 'openai-compatible' | 'openai' | 'anthropic';
};

export const modelKey = 'key-of-a-model-0123456789';

/** Starts a worker whose model is a fake server with this script. */
export async function startWithModel(
  t: TestContext,
  script: Script,
  { work = {}, env = {}, files = {}, api = 'openai-compatible' }: Setting = {},
): Promise<Worker & { readonly server: FakeServer }> {
  const server = await (api === 'anthropic' ? serveAnthropic(script) : serveOpenAi(script));
  t.after(() => server.close());
  const settings = {
    CRONKEEPER_MODEL_URL: server.url,
    CRONKEEPER_MODEL_KEY: modelKey,
    CRONKEEPER_MODEL_API: api,
  };
  return { ...startWorker(t, agentWork(work), { ...settings, ...env }, files), server };
}

export async function runWithModel(
  ...order: Parameters<typeof startWithModel>
): Promise<WorkerEnd & { readonly server: FakeServer }> {
  const { ended, server } = await startWithModel(...order);
  return { ...(await ended), server };
}
