import type { Sabotage, TestRun } from './sabotage.ts';

const core = (pattern: string): TestRun => ({
  file: 'src/core/authority.test.ts',
  pattern,
  red: /Expected values|Property failed|true !== false|false !== true/,
});
const asked = (pattern: string): TestRun => ({
  file: 'src/operations/authority.test.ts',
  pattern,
  red: /Expected values|Missing expected rejection/,
});
const scene = (pattern: string): TestRun => ({
  file: 'test/simulation/scenes-authority.test.ts',
  pattern,
  red: /Expected values/,
});
const stored = (pattern: string): TestRun => ({
  file: 'test/conformance/sqlite.test.ts',
  pattern,
  red: /Expected values/,
});
const tried = (pattern: string): TestRun => ({
  file: 'test/authority/injection.test.ts',
  pattern,
  red: /did not match|Expected values/,
  usesProgram: true,
});

/** What keeps whoever is no person from more than was allowed. */
export const authority: readonly Sabotage[] = [
  {
    name: 'the owner starts what nobody approved, if its state says that it fires',
    file: 'src/loops/prepare.ts',
    find: '  const why = whyUnapproved(job);\n  if (why !== null)',
    put: '  const why = whyUnapproved(job);\n  if (why !== null && waiting.nextNumber < 0)',
    by: scene('although its state says'),
  },
  {
    name: 'the owner takes a request for what nobody approved',
    file: 'src/loops/decide.ts',
    find: '  const why = whyUnapproved(job);\n  if (why !== null)',
    put: '  const why = whyUnapproved(job);\n  if (why !== null && request.retryOf === requestId)',
    by: scene('refuses a request'),
  },
  {
    name: 'a prompt with variables of an agent waits for nobody',
    file: 'src/core/authority.ts',
    find: 'Object.keys(definition.env).length > 0)',
    put: 'Object.keys(definition.env).length > 1)',
    by: { ...core('chooses what it runs'), red: /The expression evaluated to a falsy value/ },
  },
  {
    name: 'a worker is loaded by variables of its job',
    file: 'src/loops/secrets.ts',
    find: 'const env = loadingAside(order.env);',
    put: 'const env = { ...order.env, ...loadingAside({}) };',
    by: { ...scene('loaded by variables'), file: 'test/simulation/scenes-work.test.ts' },
  },
  {
    name: 'what is not approved is probed',
    file: 'src/loops/probe.ts',
    find: 'if (why !== null) {',
    put: 'if (why !== null && job.id === "") {',
    by: scene('is probed, in its own'),
  },
  {
    name: 'an approval is of the job, whatever becomes of it',
    file: 'src/core/authority.ts',
    find: 'authority.approval.hash === definitionHash(definition) ? [] : beyond',
    put: 'authority.approval.hash.length === definitionHash(definition).length ? [] : beyond',
    by: core('says yes to one definition'),
  },
  {
    name: "a person's change raises the trust of an agent's job",
    file: 'src/core/authority.ts',
    find: 'trust: isLess(trust, authority.trust) ? trust : authority.trust,',
    put: 'trust: isLess(trust, authority.trust) ? trust : trust,',
    by: core('trust never rises'),
  },
  {
    name: 'an approval is of whatever the job is by now',
    file: 'src/operations/jobs-approve.ts',
    find: 'revision: input.revision };',
    put: 'revision: input.revision < 0 ? 0 : null };',
    by: asked('of an older revision'),
  },
  {
    name: 'a yes is to whatever job has the name by then',
    file: 'src/doors/cli/actions/jobs.ts',
    find: 'const input = { revision: job.revision, ...call.input, job: job.id };',
    put: 'const input = { job: job.id, revision: job.revision, ...call.input };',
    by: {
      file: 'src/doors/cli/jobs.test.ts',
      pattern: 'a yes is to the job that was shown',
      red: /deep-equal/,
    },
  },
  {
    name: "an agent's job fires at once",
    file: 'src/operations/change-job.ts',
    find: "return mayRun(job) ? { state: 'enabled', nextFireAt }",
    put: "return mayRun(job) || from > 0 ? { state: 'enabled', nextFireAt }",
    by: asked('say what for'),
  },
  {
    name: 'an agent resumes what a person paused',
    file: 'src/operations/making.ts',
    find: 'if (!isLess(trustOf(maker), by)) return;',
    put: 'if (!isLess(trustOf(maker), by) || job.revision > 0) return;',
    by: asked('no agent resumes'),
  },
  {
    name: 'jobs are made inside runs however deep',
    file: 'src/operations/making.ts',
    find: 'if (depth > maxDepth) throw',
    put: 'if (depth < 0) throw',
    by: asked('inside a run no job is made'),
  },
  {
    name: 'a run stops the jobs of others',
    file: 'src/operations/making.ts',
    find: 'if (run?.jobId !== jobId) await readMaking(context);',
    put: 'if (run === null) await readMaking(context);',
    by: asked('inside a run no job is made'),
  },
  {
    name: 'whoever has the scope is taken for a person',
    file: 'src/operations/operation.ts',
    find: "if (definition.scope === 'admin') await",
    put: "if (definition.scope === 'admin' && context.maker.kind === 'chat') await",
    by: asked('refused to all but people'),
  },
  {
    name: 'an operation of a profile asks nobody for a person',
    file: 'src/operations/profile-check.ts',
    find: '  operation({\n    ...definition,',
    put: '  ({\n    ...definition,',
    by: asked('refused to all but people'),
  },
  {
    name: 'the quota of agents counts nothing',
    file: 'src/adapters/stores/jobs.ts',
    find: 'jobs + place >= quota)',
    put: 'jobs + place >= quota + 100)',
    by: stored('a quota counts'),
  },
  {
    name: 'jobs of a file are made whoever made them meanwhile',
    file: 'src/adapters/stores/jobs.ts',
    find: 'if (await isMade(session, creation)) return',
    put: 'if ((await isMade(session, creation)) && changes.length < 0) return',
    by: stored('a job is not made where one has its id'),
  },
  {
    name: 'a file is written without the quota',
    file: 'src/operations/apply-writes.ts',
    find: 'creationOf(context, item.job, null, item.quota)',
    put: 'creationOf(context, item.job, null, null)',
    by: asked('a part of it may be stored'),
  },
  {
    name: 'a file beyond the quota is written as far as it fits',
    file: 'src/operations/apply.ts',
    find: '  await requireRoom(context, items);\n',
    put: '',
    by: asked('of a file of 100 jobs'),
  },
  {
    name: 'a command of a run that cleans its environment is taken for a person',
    file: 'src/adapters/host/run-around.ts',
    find: 'for (let at = pid, left = mostAncestors; at > 1',
    put: 'for (let at = pid, left = mostAncestors; at < 1',
    by: tried('inside a run'),
  },
  {
    name: 'a token that may edit is taken for a person',
    file: 'src/core/access.ts',
    find: "credential.kind !== 'token' || credential.scope === 'admin' ? 'person' : 'agent'",
    put: "credential.kind !== 'token' || credential.scope !== 'read' ? 'person' : 'agent'",
    by: tried('by a job of its own'),
  },
];
