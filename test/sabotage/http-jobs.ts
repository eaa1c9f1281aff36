import type { Sabotage, TestRun } from './sabotage.ts';

const seen = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/http-jobs/answers.test.ts',
  pattern,
  red,
});
const flooded = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/http-jobs/floods.test.ts',
  pattern,
  red,
});

/** A job that asks a server reaches no other, tells no other its secrets, and does not guess. */
export const httpJobs: readonly Sabotage[] = [
  {
    name: 'a job may reach what a redirect names',
    file: 'src/adapters/network/network.ts',
    find: 'if (closed !== undefined) return',
    put: 'if (closed !== undefined && closed.port < 0) return',
    by: seen('is not followed unless the job names it', /address_refused/),
  },
  {
    name: 'a job reaches a private address behind a public one',
    file: 'src/adapters/network/network.ts',
    find: 'places.find((place) => !mayReach',
    put: 'places.slice(0, 1).find((place) => !mayReach',
    by: seen('that leads to fd00::1', /address_refused/),
  },
  {
    name: 'a name is asked for again when it is connected to',
    file: 'src/adapters/network/network.ts',
    find: 'lookup: pinned(addresses),',
    put: '',
    by: seen('connected to where it led', /http_unreachable|'failed'|failed/),
  },
  {
    name: 'the environment may switch off the check of certificates',
    file: 'src/adapters/network/network.ts',
    find: '{ ...options, rejectUnauthorized: true }',
    put: 'options',
    by: flooded('nobody vouches for', /http_unreachable/),
  },
  {
    name: 'a request that left is called not sent',
    file: 'src/adapters/network/network.ts',
    find: 'hasLeft = true;',
    put: '',
    by: seen('cut after the request is unknown for POST', /unknown/),
  },
  {
    name: 'another server gets every header',
    file: 'src/core/http-request.ts',
    find: 'headers: only(turned.openHeaders, turned.headers)',
    put: 'headers: turned.headers',
    by: seen('takes no secret, no key', /authorization/),
  },
  {
    name: 'another server gets a body with a secret',
    file: 'src/core/http-request.ts',
    find: 'if (turned.body !== null && turned.hasSecretBody)',
    put: 'if (url.port === "0")',
    by: seen('body with a secret is not followed', /http_status/),
  },
  {
    name: 'a POST that became a GET is forgotten',
    file: 'src/core/http-request.ts',
    find: 'hasActed: mayHaveActed(request) }',
    put: 'hasActed: false }',
    by: seen('stays unknown when that is not answered', /unknown/),
  },
  {
    name: 'a secret may begin another header',
    file: 'src/core/http-request.ts',
    find: 'if (wrong !== undefined) return { wrong };',
    put: '',
    by: seen('line break is not sent in a header', /AssertionError/),
  },
  {
    name: 'a secret may change the address',
    file: 'src/core/http-request.ts',
    find: "encodeURIComponent((env[name] ?? '').toWellFormed())",
    put: "(env[name] ?? '')",
    by: seen('is one piece of the address', /AssertionError/),
  },
  {
    name: 'what a server sends back shows secrets',
    file: 'src/adapters/http-jobs/output.ts',
    find: 'redactor.push(piece)',
    put: 'piece',
    by: seen('is one piece of the address', /AssertionError/),
  },
  {
    name: 'what is decoded has no cap',
    file: 'src/adapters/http-jobs/answer-body.ts',
    find: 'for await (const piece of capped(pieces, most)) take(piece);',
    put: 'for await (const piece of pieces) take(piece);',
    by: flooded('compressed bomb', /too_large/),
  },
  {
    name: 'what comes on the wire has no cap',
    file: 'src/adapters/http-jobs/answer-body.ts',
    find: 'throw new TooLarge();',
    put: 'left = most;',
    by: flooded('10 GB that answer a GET', /too_large/),
  },
];
