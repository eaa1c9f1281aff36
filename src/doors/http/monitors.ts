import { actorOf, judgeAccess } from '../../core/access.ts';
import type { OperationContext } from '../../operations/operation.ts';
import { routed } from './asking.ts';
import { refuseBeyond } from './callers.ts';
import type { AppOptions, Asker, Routes } from './env.ts';
import { type Health, healthOf, readyOf } from './health.ts';
import { type DoorFigures, metricsOf, metricsType } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { base } from './routes.ts';

/** What monitors and makers of clients ask. It is behind the door like everything else: a token that may `read` is enough. */
export function openMonitors(app: Routes, options: AppOptions, figures: () => DoorFigures): void {
  app.get('/healthz', async (c) => healthAnswer(await healthOf(contextOf(c, options))));
  app.get('/readyz', async (c) => healthAnswer(await readyOf(contextOf(c, options))));
  app.get('/metrics', async (c) => {
    const text = await metricsOf(await contextsOf(c, options), figures());
    return c.body(text, 200, { 'content-type': metricsType, 'cache-control': 'no-store' });
  });
  let document: string | null = null;
  app.get(`${base}/openapi.json`, (c) => {
    document ??= JSON.stringify(openApiDocument(routed, contextOf(c, options).version));
    return c.body(document, 200, { 'content-type': 'application/json' });
  });
}

const healthAnswer = ({ status, body }: Health): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });

/** The one profile that is asked about. */
function contextOf(c: Asker, { profile, contextFor }: AppOptions): OperationContext {
  const caller = c.get('caller');
  const named = c.req.query('profile') ?? profile;
  refuseBeyond(caller, { scope: 'read', where: { profile: named } });
  return contextFor(named, actorOf(caller));
}

/** Every profile that the caller may read. */
async function contextsOf(c: Asker, options: AppOptions): Promise<readonly OperationContext[]> {
  const caller = c.get('caller');
  const own = options.contextFor(options.profile, actorOf(caller));
  const names = (await own.store.profiles.list()).map(({ name }) => name);
  const mayRead = (profile: string): boolean =>
    judgeAccess(caller, { scope: 'read', where: { profile } }) === 'granted';
  return names.filter(mayRead).map((name) => options.contextFor(name, actorOf(caller)));
}
