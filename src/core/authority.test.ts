import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleJob } from '../../test/samples.ts';
import {
  allowedPowers,
  definitionHash,
  mayRun,
  namesPower,
  newAuthority,
  powersOf,
  redefinedBy,
  unapproved,
  whyUnapproved,
} from './authority.ts';
import {
  type Action,
  type AgentAction,
  definitionDefaults,
  type HttpAction,
  type JobDefinition,
} from './job.ts';
import { isLess, type JobAuthority, type Maker, makerKinds, powers, trustOf } from './maker.ts';

const plain: JobDefinition = {
  ...definitionDefaults,
  name: 'report',
  schedule: { kind: 'every', everyMs: 60_000, anchor: 0 },
  action: { kind: 'command', argv: ['report'], shell: false },
  cwd: '/',
  env: {},
};

const person: Maker = { kind: 'person', name: 'cli:anna', run: null };
const agent: Maker = { kind: 'agent', name: 'http:bot', run: null };
const by = (maker: Maker, ceiling: JobAuthority['ceiling'] = []) =>
  newAuthority({ maker, ceiling, depth: 0 });
const approvedAs = (definition: JobDefinition): JobAuthority => ({
  ...by(agent),
  approval: { by: 'cli:anna', at: 0, hash: definitionHash(definition) },
});
const jobOf = (authority: JobAuthority, definition = plain) => sampleJob(definition, { authority });

const doing: readonly { readonly what: string; readonly change: Partial<JobDefinition> }[] = [
  { what: 'command', change: {} },
  { what: 'shell', change: { action: { kind: 'command', argv: ['echo'], shell: true } } },
  { what: 'command http', change: { deliver: ['webhook:https://example.org/x'] } },
  { what: 'command http', change: { onFailure: ['webhook:https://example.org/x'] } },
  { what: 'command http', change: { deliver: ['no target at all'] } },
  { what: 'command', change: { deliver: ['local', 'inbox'] } },
  {
    what: 'command shell',
    change: {
      action: { kind: 'command', argv: ['echo'], shell: true },
      deliver: ['command:mail anna'],
    },
  },
  { what: 'command http', change: { ping: 'https://example.org/ping' } },
  { what: 'command protected', change: { env: { KEY: `$\{secret:key}` } } },
  {
    what: 'command protected',
    change: { requirements: [{ kind: 'channel', channel: 'mail' }] },
  },
  { what: 'command', change: { requirements: [{ kind: 'readable', path: '/etc' }] } },
];
const prompt: AgentAction = {
  kind: 'agent',
  prompt: 'Summarise my mail',
  agent: 'built-in',
  model: null,
  tools: [],
  limits: { tokens: null, costMicroUsd: null, toolCalls: null },
  contextFrom: [],
  gate: null,
};
const call: HttpAction = {
  kind: 'http',
  method: 'GET',
  url: 'https://example.org/',
  headers: {},
  body: null,
  expect: '2xx',
  allow: [],
  maxBytes: 1_000,
};
const works: readonly { readonly what: string; readonly action: Action }[] = [
  { what: '', action: prompt },
  { what: 'command', action: { ...prompt, agent: 'claude' } },
  { what: 'shell', action: { ...prompt, agent: 'command:cat' } },
  { what: 'shell', action: { ...prompt, gate: 'true' } },
  { what: 'shell http protected', action: { ...prompt, tools: ['shell', 'read-file', 'fetch'] } },
  { what: 'command', action: { ...prompt, tools: ['constructor'] } },
  { what: 'http', action: call },
  { what: 'http protected', action: { ...call, allow: ['10.0.0.0/8'] } },
];
for (const { what, action } of works) {
  test(`a job that does ${JSON.stringify(action)} can do "${what}"`, () => {
    assert.equal(powersOf({ ...plain, action }).join(' '), what);
    assert.equal(mayRun(jobOf(by(agent), { ...plain, action })), what === '');
  });
}

for (const action of [prompt, call]) {
  test(`whoever chooses variables for the worker of "${action.kind}" chooses what it runs`, () => {
    const given: JobDefinition = { ...plain, action, env: { NODE_OPTIONS: '--import=data:,' } };
    assert.ok(powersOf(given).includes('command'));
    assert.equal(mayRun(jobOf(by(agent, ['http', 'protected', 'shell']), given)), false);
    assert.equal(mayRun(jobOf(by(agent, ['http', 'command']), given)), true);
  });
}

for (const { what, change } of doing) {
  test(`a job with ${JSON.stringify(change)} can ${what}`, () => {
    assert.equal(powersOf({ ...plain, ...change }).join(' '), what);
  });
}

test('what a person made runs; the same made by anybody else waits, unless it was allowed before', () => {
  for (const kind of makerKinds) {
    const isPerson = kind === 'person' || kind === 'import';
    assert.equal(mayRun(jobOf(by({ ...agent, kind }))), isPerson, kind);
    assert.equal(mayRun(jobOf(by({ ...agent, kind }, ['command']))), true, kind);
  }
  assert.deepEqual(unapproved(jobOf(by(agent, ['shell', 'http']))), ['command']);
});

test('an approval says yes to one definition: any change of it waits again', () => {
  const authority = approvedAs(plain);
  assert.equal(mayRun(jobOf(authority)), true);
  const changes: readonly Partial<JobDefinition>[] = [
    { name: 'other' },
    { action: { kind: 'command', argv: ['report', '--all'], shell: false } },
    { cwd: '/tmp' },
    { env: { A: 'b' } },
    { schedule: { kind: 'every', everyMs: 1_000, anchor: 0 } },
    { deliver: [] },
    { timeoutMs: 1 },
    { maxRuns: 3 },
  ];
  for (const change of changes) {
    const job = jobOf(authority, { ...plain, ...change });
    assert.equal(mayRun(job), false, JSON.stringify(change));
    assert.equal(whyUnapproved(job)?.code, 'approval_stale');
  }
});

test('a digest of a definition does not hang on the order of its fields', () => {
  const turned = Object.fromEntries(Object.entries(plain).reverse());
  assert.equal(definitionHash({ ...plain, ...turned }), definitionHash(plain));
  assert.notEqual(
    definitionHash({ ...plain, env: { A: 'b', C: '' } }),
    definitionHash({ ...plain, env: { A: '', C: 'b' } }),
  );
});

test('trust never rises, and what is not allowed never runs, whoever changes the job in whichever order', () => {
  const makers = fc.constantFrom(...makerKinds).map((kind) => ({ ...agent, kind }));
  const ceilings = fc.subarray([...powers]);
  fc.assert(
    fc.property(makers, fc.array(fc.tuple(makers, ceilings)), (first, changes) => {
      let authority = by(first);
      for (const [maker, ceiling] of changes) {
        const after = redefinedBy(authority, { maker, ceiling, depth: 0 });
        assert.equal(isLess(authority.trust, after.trust), false);
        assert.equal(isLess(trustOf(maker), after.trust), false);
        authority = after;
      }
      const isAllPeople = [first, ...changes.map(([maker]) => maker)].every(
        (maker) => trustOf(maker) === 'person',
      );
      assert.equal(authority.trust === 'person', isAllPeople);
      assert.equal(mayRun(jobOf(authority)), isAllPeople || authority.ceiling.includes('command'));
    }),
  );
});

test("a person's change neither widens nor takes away what an agent's job was allowed", () => {
  const after = redefinedBy(by(agent, ['command']), { maker: person, ceiling: [], depth: 0 });
  assert.deepEqual([after.trust, after.ceiling], ['agent', ['command']]);
});

test('powers are allowed in every profile, or in the one that is named', () => {
  assert.deepEqual(allowedPowers('none', 'la'), []);
  assert.deepEqual(allowedPowers('http la/command other/shell', 'la'), ['command', 'http']);
});

test('the words say who is meant', () => {
  const inside = by({ ...agent, name: 'cli:anna', run: 'R' });
  const why = whyUnapproved(jobOf(inside));
  assert.equal(why?.code, 'approval_pending');
  assert.match(
    why?.message ?? '',
    /made by cli:anna inside the run R and may not run a command until a person approves/,
  );
});

test("a person's job that an agent changed says who changed it", () => {
  const changed = redefinedBy(by(person), { maker: agent, ceiling: [], depth: 0 });
  assert.deepEqual(whyUnapproved(jobOf(changed)), {
    code: 'approval_pending',
    message:
      'The job was changed by the agent http:bot and may not run a command until a person approves it',
  });
});

test('a word names a power, alone or behind a profile', () => {
  for (const word of [...powers, 'la/shell']) assert.ok(namesPower(word), word);
  for (const word of ['', 'none', 'shells', 'shell/la']) assert.ok(!namesPower(word), word);
});
