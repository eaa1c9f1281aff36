import { jsonSchema, type ToolSet } from 'ai';
import { minuteMs } from '../../core/instant.ts';
import { environmentForOthers } from './environment.ts';
import { type FetchRule, fetchPage, fetchRule } from './fetch-page.ts';
import { runProgram } from './programs.ts';
import { readFileBelow } from './read-file.ts';
import type { Session } from './session.ts';
import { refused, type ToolResult } from './tool-result.ts';

/** A tool of the built-in agent. Each takes one text. */
export type AgentTool = {
  readonly description: string;
  readonly parameter: string;
  run(value: string, session: Session): Promise<ToolResult>;
};

/** More of an output is not given to the model. */
const mostOutput = 32_000;
const longestShellMs = 10 * minuteMs;

const shell: AgentTool = {
  description: 'Runs a line with /bin/sh in the working folder and returns what it printed.',
  parameter: 'command',
  async run(line, { world }) {
    const env = environmentForOthers(world.env);
    const argv = ['/bin/sh', '-c', line];
    const program = { argv, env, input: null, most: mostOutput, limitMs: longestShellMs };
    const ended = await runProgram(program, world, world.signal);
    if ('notStarted' in ended) return refused(ended.notStarted);
    const how = ended.code === null ? `ended: ${ended.stopped}` : `exit code ${ended.code}`;
    const text = [ended.stdout, ended.stderr].filter((one) => one !== '').join('\n');
    return { text: `${text}\n[${how}]`, isError: ended.code !== 0 };
  },
};

const readFile: AgentTool = {
  description: 'Reads a text file below the working folder.',
  parameter: 'path',
  run: (path, { world: { home } }) => readFileBelow(path, { folder: '.', home }, mostOutput),
};

const fetchTool = (rule: FetchRule): AgentTool => ({
  description: 'Gets a web page by GET and returns its text.',
  parameter: 'url',
  run: (url, { world }) => fetchPage(url, rule, mostOutput, world),
});

/**
 * The tools that a job names, and nothing else: `shell`, `read-file`, `fetch` (any public server), `fetch:HOST` (this server alone).
 *
 * @returns the first name that is none
 */
export function openTools(
  names: readonly string[],
): { readonly tools: ReadonlyMap<string, AgentTool> } | { readonly unknown: string } {
  const tools = new Map<string, AgentTool>();
  const rule = fetchRule(names);
  if (typeof rule === 'string') return { unknown: rule };
  for (const name of names) {
    if (name === 'shell') tools.set(name, shell);
    else if (name === 'read-file') tools.set(name, readFile);
    else if (/^fetch(:|$)/.test(name)) tools.set('fetch', fetchTool(rule));
    else return { unknown: name };
  }
  return { tools };
}

/** What a model is told about them. */
export const describeTools = (tools: ReadonlyMap<string, AgentTool>): ToolSet =>
  Object.fromEntries(
    [...tools].map(([name, { description, parameter }]) => [
      name,
      {
        description,
        inputSchema: jsonSchema<Record<string, unknown>>({
          type: 'object',
          properties: { [parameter]: { type: 'string' } },
          required: [parameter],
          additionalProperties: false,
        }),
      },
    ]),
  );

/** Runs a tool that the job named; whatever else a model asks for is answered, and not done. */
export async function runTool(
  tools: ReadonlyMap<string, AgentTool>,
  { tool, input }: { readonly tool: string; readonly input: unknown },
  session: Session,
): Promise<ToolResult> {
  const found = tools.get(tool);
  if (found === undefined) return refused(`There is no tool ${tool}.`);
  const value =
    typeof input === 'object' && input !== null
      ? Object.entries(input).find(([name]) => name === found.parameter)?.[1]
      : undefined;
  if (typeof value !== 'string') return refused(`${tool} needs "${found.parameter}", a text.`);
  return found.run(value, session);
}
