import { type Credential, credentialText, linkValidMs } from '../core/access.ts';
import { jsonLine, viewOf } from '../doors/cli/call.ts';
import type { CliHost, DashboardOptions } from '../doors/cli/host.ts';
import { type Entrance, presentEntrance } from '../doors/cli/present/dashboard.ts';
import type { HttpDoor } from '../doors/http/server.ts';
import type { OperationContext } from '../operations/operation.ts';
import { readinessAnswer, readReadiness } from '../operations/readiness.ts';
import { hasDisplay, openBrowser, tunnelLine } from './browser.ts';

/** What a dashboard says when it is there, with `--json`: one document. */
export type Announcement = Entrance & { readonly port: number; readonly pid: number };

/**
 * Says where the dashboard is, and hands a link to a person at a terminal or to the program that started it; to no log. On a desktop
 * the browser opens with it.
 *
 * @returns takes back what was made for the browser
 */
export async function announceDashboard(
  host: CliHost,
  { json, opens, schedules }: DashboardOptions,
  about: {
    readonly context: OperationContext;
    readonly door: Pick<HttpDoor, 'url' | 'port'>;
    /** For what only this user may read. */
    readonly folder: string;
  },
): Promise<() => void> {
  const { context, door, folder } = about;
  const link = json || host.stdoutIsTty ? await makeLink(context, door.url) : null;
  const tunnel = tunnelLine(host.env)?.(door.port) ?? null;
  const entrance: Entrance = { profile: context.profile, url: door.url, link, tunnel };
  if (json) {
    const announcement: Announcement = { ...entrance, port: door.port, pid: process.pid };
    await host.stdout.write(jsonLine(announcement));
    return () => {};
  }
  const view = viewOf(host, context, { verbose: false, home: null });
  // One that schedules is about to own the profile, if nobody does.
  const readiness = schedules ? null : readinessAnswer((await readReadiness(context)).readiness);
  const { text, warnings } = presentEntrance(entrance, readiness, view);
  await host.stdout.write(text);
  await host.stderr.write(warnings);
  return opens && link !== null && hasDisplay(host) ? openBrowser(link, folder) : () => {};
}

/** A link that lets whoever opens it in, once and soon. */
export async function makeLink(context: OperationContext, url: string): Promise<string> {
  const { store, clock, ids, secrets, profile, actor } = context;
  const at = clock.now().wall;
  const id = ids.next();
  const text = credentialText(id, secrets.make());
  const credential: Credential = {
    id,
    kind: 'link',
    name: 'link',
    scope: 'admin',
    profiles: null,
    createdAt: at,
    createdBy: actor,
    expiresAt: at + linkValidMs,
    usedAt: null,
  };
  const entry = { profile, at, actor, kind: 'access.link', subject: id, detail: {} };
  await store.access.add(credential, secrets.digest(text), entry);
  return `${url}/#link=${text}`;
}
