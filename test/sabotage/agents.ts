import type { Sabotage, TestRun } from './sabotage.ts';

const worker = (file: string, pattern: string, red: RegExp): TestRun => ({
  file: `test/agents/${file}.test.ts`,
  pattern,
  red,
});

/** What keeps an agent within its job. */
export const agents: readonly Sabotage[] = [
  {
    name: 'a tool that the job does not name is run when a model asks for it',
    file: 'src/adapters/agents/tools.ts',
    find: 'const found = tools.get(tool);',
    put: `const found = tool === 'shell' ? shell : tools.get(tool);`,
    by: worker('tools', 'is not run when a model asks', /There is no tool shell/),
  },
  {
    name: 'keys of models are in the environment of what a worker starts',
    file: 'src/adapters/agents/environment.ts',
    find: '.filter(([name]) => !ofTheWorker.test(name))',
    put: '',
    by: worker('secrets', 'values of secrets', /not match the regular expression|AssertionError/),
  },
  {
    name: 'a transcript keeps what a model says of secrets',
    file: 'src/adapters/agents/transcript.ts',
    find: 'bounded(redact(value))',
    put: 'bounded(value)',
    by: worker('secrets', 'values of secrets', /AssertionError[\s\S]*canary/),
  },
  {
    name: 'tokens and costs have no limit',
    file: 'src/adapters/agents/built-in.ts',
    find: 'limitMet(work.limits, meter.usage())',
    put: 'limitMet({ ...work.limits, tokens: null, costMicroUsd: null }, meter.usage())',
    by: worker('limits', '"tokens":300} by token_limit', /token_limit/),
  },
  {
    name: 'a program is ended at its last word for what it used',
    file: 'src/adapters/agents/external.ts',
    find: 'if (listener.line(line)) met',
    put: 'listener.line(line);\n      met',
    by: worker('programs', 'keeps an answer', /AssertionError/),
  },
  {
    name: 'one call more than a job may make is made',
    file: 'src/adapters/agents/built-in.ts',
    find: 'meter.usage().toolCalls >= most',
    put: 'meter.usage().toolCalls > most',
    by: worker(
      'limits',
      '"toolCalls":3} by tool_call_limit',
      /Expected values to be strictly equal/,
    ),
  },
  {
    name: 'a run whose tools have acted is begun again',
    file: 'src/adapters/agents/agent.ts',
    find: ' || used.toolCalls > 0',
    put: '',
    by: worker('trouble', '429 after a tool has acted', /'deferred'/),
  },
  {
    name: 'a server that failed is asked again at once',
    file: 'src/adapters/agents/ask-model.ts',
    find: 'maxRetries: 0,',
    put: 'maxRetries: 1,',
    by: worker('trouble', '500 is a failure, and asked once', /it is asked once/),
  },
  {
    name: 'a key follows a redirect',
    file: 'src/adapters/agents/model.ts',
    find: `redirect: 'error'`,
    put: `redirect: 'follow'`,
    by: worker('trouble', 'a redirect is not followed', /AssertionError/),
  },
  {
    name: 'a stream that broke off is an answer',
    file: 'src/adapters/agents/ask-model.ts',
    find: `finish === 'error' || finish === 'interrupted'`,
    put: `finish === 'error'`,
    by: worker('trouble', 'a stream of Anthropic that ends without', /AssertionError/),
  },
  {
    name: 'a page that redirects leads anywhere',
    file: 'src/adapters/agents/fetch-page.ts',
    find: 'const isOpen = addresses.every(',
    put: 'const isOpen = hops > 0 || addresses.every(',
    by: worker('tools', 'follows no redirect', /may not reach/),
  },
  {
    name: 'files outside of the working folder are read',
    file: 'src/adapters/agents/read-file.ts',
    find: `names.some((name) => name.startsWith('.'))`,
    put: 'names.length === 0',
    by: worker('tools', 'read-file reads below', /AssertionError/),
  },
  {
    name: 'secrets are read by a tool whose folder holds the home',
    file: 'src/adapters/agents/read-file.ts',
    find: 'if (isInside(real, await realpath(home)))',
    put: 'if (real === (await realpath(home)))',
    by: worker('tools', 'reads nothing of the home', /AssertionError/),
  },
  {
    name: 'claude has its own tools when a job names none',
    file: 'src/adapters/agents/templates.ts',
    find: `claudeNames.get(name) ?? name).join(',');`,
    put: `claudeNames.get(name) ?? name).join(',') || 'default';`,
    by: worker('programs', 'gets no tool when the job names none', /'default'/),
  },
  {
    name: 'an error of claude that calls itself a success is one',
    file: 'src/adapters/agents/claude.ts',
    find: `result['is_error'] !== true && subtype`,
    put: 'subtype',
    by: worker('programs', 'that calls an error a success', /'succeeded'/),
  },
];
