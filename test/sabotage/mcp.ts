import type { Sabotage, TestRun } from './sabotage.ts';

const seenBy = (file: string, pattern: string, red: RegExp): TestRun => ({
  file: `test/mcp/${file}.test.ts`,
  pattern,
  red,
});

/** Agents of others do what their token allows and no more, and none is left to believe that a job runs which nothing runs. */
export const mcp: readonly Sabotage[] = [
  {
    name: 'an agent may use every tool, whatever its token allows',
    file: 'src/doors/mcp/calls.ts',
    find: 'const tool = toolsFor(scope).find(',
    put: 'const tool = toolsFor(scope === "read" ? "admin" : scope).find(',
    by: seenBy('access', 'refused every tool that changes', /was not refused|scope_missing/),
  },
  {
    name: 'an agent is shown every tool',
    file: 'src/doors/mcp/server.ts',
    find: 'tools: toolsFor(asker().scope).map(',
    put: 'tools: toolsFor("admin").map(',
    by: seenBy('tools', 'may read is told of the tools', /jobs_add/),
  },
  {
    name: 'what needs admin is a tool',
    file: 'src/doors/mcp/tools.ts',
    find: "=> scope !== 'admin' && notForAgents",
    put: '=> scope.length > 0 && notForAgents',
    by: seenBy(
      'access',
      'may admin has no tool that needs admin',
      /was not refused|!== 'not_found'|not_found/,
    ),
  },
  {
    name: 'a token for one profile asks about all of them',
    file: 'src/doors/mcp/calls.ts',
    find: '    refuseOtherProfiles(asker, fields);\n',
    put: '',
    by: seenBy('access', 'a token for one profile', /jobs_list was not refused/),
  },
  {
    name: 'a resource is read under the name of another profile',
    file: 'src/doors/mcp/resources.ts',
    find: 'if (id === undefined || profile !== context.profile)',
    put: 'if (id === undefined)',
    by: seenBy('resources', 'under the name of another profile', /Missing expected rejection/),
  },
  {
    name: 'a cookie of a browser opens the tools',
    file: 'src/doors/http/app.ts',
    find: "    if (caller.kind !== 'token') throw notSignedIn();\n",
    put: '',
    by: seenBy('access', 'a browser with its cookie', /!== 401/),
  },
  {
    name: 'an agent is not warned that nothing runs the job',
    file: 'src/doors/mcp/answer.ts',
    find: '...(warning === null ? {} : { warning }), ',
    put: '',
    by: seenBy('answers', 'jobs_add answers', /NOTHING WILL RUN/),
  },
  {
    name: 'the warning stands where a model no longer reads',
    file: 'src/doors/mcp/answer.ts',
    find: '{ ...(warning === null ? {} : { warning }), ...fields, readiness }',
    put: '{ ...fields, readiness, ...(warning === null ? {} : { warning }) }',
    by: seenBy('answers', 'jobs_add answers', /the warning is read first/),
  },
  {
    name: 'only some results carry readiness',
    file: 'src/doors/mcp/answer.ts',
    find: '...fields, readiness };',
    put: '...fields };',
    by: seenBy('answers', 'export answers', /no willRun/),
  },
  {
    name: 'a line that is no message is dropped without a word',
    file: 'src/doors/mcp/frames.ts',
    find: '    refuse(fault);\n',
    put: '',
    by: { file: 'src/doors/mcp/frames.test.ts', pattern: 'words:', red: /-32700/ },
  },
];
