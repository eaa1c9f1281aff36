import { tunnelLine } from '../core/tunnel.ts';
import { jsonLine, viewOf } from '../doors/cli/call.ts';
import type { CliHost, DashboardOptions } from '../doors/cli/host.ts';
import { type Entrance, presentEntrance } from '../doors/cli/present/dashboard.ts';
import type { HttpDoor } from '../doors/http/server.ts';
import { accessLink } from '../operations/access.ts';
import type { OperationContext } from '../operations/operation.ts';
import { readinessAnswer, readReadiness } from '../operations/readiness.ts';
import { hasDisplay, openBrowser } from './browser.ts';

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
  const tunnel = tunnelTo(host.env, door.port);
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

/** Null when nobody came here by SSH. */
export const tunnelTo = (env: CliHost['env'], port: number): string | null =>
  tunnelLine(env['SSH_CONNECTION'], env['USER'] ?? env['LOGNAME'] ?? '', port);

/** A link that lets whoever opens it in, once and soon. */
export async function makeLink(context: OperationContext, url: string): Promise<string> {
  const { links } = await accessLink.handle(context, { url, scope: 'admin' });
  const [link] = links;
  if (link === undefined) throw new Error(`no link was made for ${url}`);
  return link;
}
