import type { Sabotage, TestRun } from './sabotage.ts';

const seenBy = (file: string, pattern: string, red: RegExp): TestRun => ({
  file: `test/http/${file}.test.ts`,
  pattern,
  red,
});

/** Nobody unknown comes in over HTTP, no other site asks anything, and what was asked twice is done once. */
export const http: readonly Sabotage[] = [
  {
    name: 'the door answers to any name',
    file: 'src/doors/http/gatekeeper.ts',
    find: "  if (!premises.hosts.has((arrival.hosts[0] ?? '').toLowerCase())) return unknownHost(premises);\n",
    put: '',
    by: seenBy('gatekeeper', 'by another name', /as evil\.example/),
  },
  {
    name: 'the door believes any origin',
    file: 'src/doors/http/gatekeeper.ts',
    find: '  if (arrival.origin !== null && !premises.origins.has(arrival.origin)) return foreign();\n',
    put: '',
    by: seenBy('gatekeeper', 'a form of an old browser', /POST \/api\/v1\/jobs: \d/),
  },
  {
    name: 'the door does not look where a request began',
    file: 'src/doors/http/gatekeeper.ts',
    find: "secFetchSite !== null && secFetchSite !== 'same-origin' && secFetchSite !== 'none'",
    put: 'secFetchSite === "nowhere"',
    by: seenBy('gatekeeper', 'a page of the same site', /origin_refused/),
  },
  {
    name: 'a change need not be vouched for',
    file: 'src/doors/http/gatekeeper.ts',
    find: 'return changes && !isVouchedFor ? unvouched() : null;',
    put: 'return null;',
    by: seenBy('gatekeeper', 'JSON of a browser that says nothing', /POST \/api\/v1\/jobs: \d/),
  },
  {
    name: 'what wants to become a socket is not looked at',
    file: 'src/doors/http/reception.ts',
    find: 'const refusal = judge(incoming, true) ?? (await whyNoSocket(incoming));',
    put: 'const refusal = await whyNoSocket(incoming);',
    by: seenBy('gatekeeper', 'a socket is refused', / 421 /),
  },
  {
    name: 'who is unknown may ask',
    file: 'src/doors/http/app.ts',
    find: '    if (caller === null) return turnAway(c, options);\n',
    put: '',
    by: seenBy('gatekeeper', 'every way in is closed', /!== 401/),
  },
  {
    name: 'a token counts for ever',
    file: 'src/doors/http/callers.ts',
    find: ' || !isCurrent(found, now)',
    put: '',
    by: seenBy('access', 'a token ends when', /200 !== 401/),
  },
  {
    name: 'the page may be framed',
    file: 'src/doors/http/reception.ts',
    find: `    "frame-ancestors 'none'",\n`,
    put: '',
    by: seenBy('gatekeeper', 'every answer says', /frame-ancestors/),
  },
  {
    name: 'everybody may list who comes in',
    file: 'src/core/access.ts',
    find: "  if (!includesScope(scope, wanted.scope)) return 'scope';\n",
    put: '',
    by: seenBy('access', 'each route is closed', /as read/),
  },
  {
    name: 'a token of one profile is good for all',
    file: 'src/core/access.ts',
    find: "return profiles.includes(wanted.where.profile) ? 'granted' : 'profile';",
    put: "return 'granted';",
    by: seenBy('access', 'each route is closed', /scope_missing/),
  },
  {
    name: 'a link lets in everybody who comes at the same moment',
    file: 'src/doors/http/sessions.ts',
    find: '  if (!isSpent) throw unusable();\n',
    put: '',
    by: seenBy('access', 'of many who spend one link', /strictly equal/),
  },
  {
    name: 'a link counts for ever',
    file: 'src/adapters/stores/sql/access.ts',
    find: ' AND expires_at > $2',
    put: ' AND $2 > 0',
    by: seenBy('access', 'ten minutes old', /strictly equal/),
  },
  {
    name: 'the stream of a revoked token goes on',
    file: 'src/doors/http/hub.ts',
    find: '          await this.#endUnwelcome();\n',
    put: '',
    by: seenBy('streams', 'ends within five seconds', /the end/),
  },
  {
    name: 'what was asked under a key is done again',
    file: 'src/doors/http/once.ts',
    find: '      if (before.answer !== null) return { ...before.answer, isRepeated: true };\n',
    put: '',
    by: seenBy('changing', 'with the same content is answered again', /strictly equal/),
  },
  {
    name: 'every request to run a job makes a run',
    file: 'src/adapters/stores/requests.ts',
    find: '        if (earlier !== undefined) return rollback(requestOf(earlier));\n',
    put: '',
    by: seenBy('changing', 'come while the first is open', /20 !== 1|strictly equal/),
  },
  {
    name: 'a click counts as often as it comes',
    file: 'src/doors/http/once.ts',
    find: "wish.isClick && wish.caller.kind === 'session'",
    put: 'wish.isClick && wish.key === "never"',
    by: seenBy('changing', 'twenty clicks', /strictly equal/),
  },
  {
    name: 'the dashboard listens for everybody',
    file: 'src/doors/http/binding.ts',
    find: "  if (reach.kind !== 'loopback' || isLoopback(host)) return;\n",
    put: '  if (reach !== null) return;\n',
    by: {
      file: 'src/doors/http/binding.test.ts',
      pattern: 'listening on "0.0.0.0" with loopback',
      red: /Missing expected exception/,
    },
  },
];
