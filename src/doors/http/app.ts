import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { actorOf, type Credential, includesScope, scopes } from '../../core/access.ts';
import { Refusal } from '../../core/refusal.ts';
import { ask, routed, understand } from './asking.ts';
import { callerOf, cookieName, notSignedIn, refuseBeyond } from './callers.ts';
import type { AppOptions, Asker, Env, Routes } from './env.ts';
import { Hub } from './hub.ts';
import { changeRate, flooded, makeLimiter } from './limits.ts';
import { openMonitors } from './monitors.ts';
import { Once } from './once.ts';
import { noPage, openPage, type Page } from './page.ts';
import { explain, problemAnswer } from './problem.ts';
import { readBody } from './question.ts';
import { base } from './routes.ts';
import { send } from './send.ts';
import { cookieLine, type SessionAnswer, signOut, spendLink } from './sessions.ts';
import { signInPage, signInScript, signInStyle } from './sign-in.ts';
import { openStream, startOf } from './stream.ts';

export type App = {
  readonly fetch: Routes['fetch'];
  /** Ends what would otherwise never end. */
  close(): Promise<void>;
};

const smallBodyBytes = 4_096;

/** Who may ask what, in the order in which it is decided: the two files of the sign-in page, spending a link, and then nobody unknown. */
export function makeApp(options: AppOptions): App {
  const { log } = options;
  const app = new Hono<Env>();
  app.use('*', async (c, next) => {
    await next();
    options.tally.count(c.res.status);
  });
  app.onError((error, c) =>
    problemAnswer(explain(error, { method: c.req.method, route: c.req.routePath }, log)),
  );
  app.notFound(() => problemAnswer(new Refusal('not_found', 'There is nothing at this path.')));
  openSignIn(app, options);
  app.use('*', async (c, next) => {
    const caller = await whoAsks(c, options);
    if (caller === null) return turnAway(c, options);
    c.set('caller', caller);
    await next();
    return undefined;
  });
  openSession(app, options);
  const hub = new Hub(options);
  openEvents(app, options, hub);
  openMonitors(app, options, () => ({
    streams: hub.size,
    answers: options.tally.counts,
    residentBytes: process.memoryUsage.rss(),
  }));
  openOperations(app, options);
  openMcp(app, options);
  openFiles(app, openPage(options.pageFolder));
  return {
    fetch: app.fetch,
    close: async () => {
      await Promise.all([hub.close(), options.mcp?.close()]);
    },
  };
}

const whoAsks = (c: Asker, { contextFor, profile, port }: AppOptions): Promise<Credential | null> =>
  callerOf(contextFor(profile, 'http'), c.env.incoming.headers, cookieName(profile, port));

const wantsHtml = (c: Asker): boolean =>
  c.req.method === 'GET' &&
  !c.req.path.startsWith('/api/') &&
  (c.req.header('accept') ?? '').includes('text/html');

function turnAway(c: Asker, { reception, tunnelFor, port }: AppOptions): Response {
  // A browser that opens the page for the first time has not failed at anything.
  if (wantsHtml(c) && c.req.header('authorization') === undefined)
    return c.html(signInPage(tunnelFor?.(port) ?? null), 401, { 'cache-control': 'no-store' });
  return problemAnswer(reception.failed(c.env.incoming, notSignedIn()));
}

function openSignIn(app: Routes, options: AppOptions): void {
  const { contextFor, profile, port, isSecure, reception } = options;
  const file = (text: string, type: string) => (c: Asker) =>
    c.body(text, 200, { 'content-type': type, 'cache-control': 'no-cache' });
  app.get('/sign-in.js', file(signInScript, 'text/javascript; charset=utf-8'));
  app.get('/sign-in.css', file(signInStyle, 'text/css; charset=utf-8'));
  app.post(`${base}/session`, async (c) => {
    const { link } = await readBody(c.req.raw, smallBodyBytes);
    const context = contextFor(profile, 'http:link');
    try {
      const text = await spendLink(context, link);
      const cookie = cookieLine(cookieName(profile, port), text, isSecure);
      return c.json({ signedIn: true }, 200, { 'set-cookie': cookie, 'cache-control': 'no-store' });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return problemAnswer(reception.failed(c.env.incoming, error));
    }
  });
}

function openSession(app: Routes, options: AppOptions): void {
  const { contextFor, profile, port, isSecure } = options;
  app.get(`${base}/session`, async (c) => {
    const caller = c.get('caller');
    const { store, version } = contextFor(profile, actorOf(caller));
    const known = (await store.profiles.list()).map(({ name }) => name);
    const answer: SessionAnswer = {
      actor: actorOf(caller),
      kind: caller.kind,
      scopes: scopes.filter((scope) => includesScope(caller.scope, scope)),
      profiles: known.filter((name) => caller.profiles === null || caller.profiles.includes(name)),
      profile,
      version,
      csrf: null,
    };
    return c.json(answer, 200, { 'cache-control': 'no-store' });
  });
  app.delete(`${base}/session`, async (c) => {
    const caller = c.get('caller');
    await signOut(contextFor(profile, actorOf(caller)), caller);
    const cookie = cookieLine(cookieName(profile, port), null, isSecure);
    return c.json({ signedIn: false }, 200, { 'set-cookie': cookie, 'cache-control': 'no-store' });
  });
}

function openEvents(app: Routes, options: AppOptions, hub: Hub): void {
  app.get(`${base}/events`, async (c) => {
    const caller = c.get('caller');
    const profile = c.req.query('profile') ?? options.profile;
    refuseBeyond(caller, { scope: 'read', where: { profile } });
    // Asked for its headers alone, a stream has nothing to tell.
    if (c.req.raw.method === 'HEAD') return c.body(null);
    const start = startOf(c.req.query('after') ?? null, c.req.header('last-event-id'));
    const { store } = options.contextFor(profile, actorOf(caller));
    // One that is not there is refused here: a stream that ended at once would be opened again and again.
    await store.appointments.current(profile);
    const cursor = start ?? (await store.events.newest());
    openStream(hub, c.env.outgoing, { profile, caller, cursor }, options.log);
    return RESPONSE_ALREADY_SENT;
  });
}

function openOperations(app: Routes, options: AppOptions): void {
  const once = new Once();
  const changes = makeLimiter(changeRate, options.contextFor(options.profile, 'http').clock);
  for (const one of routed) {
    const path = base + one.route.path.replace(/\{(\w+)\}/g, ':$1');
    app.on(one.route.method, path, async (c) => {
      const asked = { request: c.req.raw, path: c.req.param(), caller: c.get('caller') };
      const question = await understand(one, asked, options);
      const refusal = one.operation.scope === 'read' ? null : flooded(changes, asked.caller.id);
      if (refusal !== null) return problemAnswer(refusal);
      const { status, body, isRepeated } = await ask(one, question, asked, once);
      const repeated = isRepeated ? { 'idempotency-replayed': 'true' } : {};
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
      return send(c.env.outgoing, { status, headers: { ...headers, ...repeated }, body });
    });
  }
}

/** Agents bring a token: a page of this door has the API, and nothing of a browser's should reach tools unasked. */
function openMcp(app: Routes, options: AppOptions): void {
  const { mcp } = options;
  if (mcp === null) return;
  const questions = makeLimiter(changeRate, options.contextFor(options.profile, 'http').clock);
  app.all('/mcp', async (c) => {
    const caller = c.get('caller');
    if (caller.kind !== 'token') throw notSignedIn();
    const profile = c.req.query('profile') ?? caller.profiles?.[0] ?? options.profile;
    refuseBeyond(caller, { scope: 'read', where: { profile } });
    const refusal = flooded(questions, caller.id);
    return refusal === null ? mcp.answer(c.req.raw, { caller, profile }) : problemAnswer(refusal);
  });
}

/** The page finds its own way: what is no file is one of its routes. */
function openFiles(app: Routes, page: Page): void {
  app.get('*', async (c) => {
    const { path } = c.req;
    if (path.startsWith('/api/')) return c.notFound();
    const acceptsGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
    const name = path === '/' ? '/index.html' : path;
    const found = await page.answer(name, acceptsGzip);
    if (found !== null) return found;
    if (!wantsHtml(c)) return c.notFound();
    return (await page.answer('/index.html', acceptsGzip)) ?? noPage();
  });
}
