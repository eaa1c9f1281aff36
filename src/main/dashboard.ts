import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publishPort } from '../adapters/host/published-port.ts';
import type { Role } from '../core/provenance.ts';
import { command, profileOption, Refusal } from '../core/refusal.ts';
import type { CliHost, DashboardOptions } from '../doors/cli/host.ts';
import { type HttpDoor, openHttpDoor } from '../doors/http/server.ts';
import { takeUpChats } from '../operations/chat.ts';
import type { Log } from '../ports/log.ts';
import { announceDashboard, tunnelTo } from './announce.ts';
import { type Base, openBase } from './base.ts';
import { findDashboard } from './beside.ts';
import { contextOf, profileOf } from './context.ts';
import { makeContextFor } from './http-contexts.ts';
import { liveAsInstance, makeWorld, openLog } from './instance.ts';
import { mountMcp } from './mcp-mount.ts';
import { whenParentEnds } from './parent.ts';
import { reachOf } from './reach.ts';

/** "CRON" on the keys of a telephone. */
export const usualPort = 2766;
const usualHost = '127.0.0.1';

/**
 * Lives as a dashboard until a signal: its door over HTTP, and an instance that asks, or with `--schedule` one that may own. One of a
 * desktop application takes a free port, and ends with the process that started it.
 *
 * @returns the exit code
 */
export async function runDashboard(host: CliHost, options: DashboardOptions): Promise<number> {
  const { schedules, isDesktop } = options;
  const base = await openBase(options.home ?? undefined);
  const over = new AbortController();
  try {
    const profile = profileOf(base, options.profile, host.env);
    await base.store.profiles.ensure(profile, base.clock.now().wall, 'cli');
    const role: Role = isDesktop ? 'desktop' : 'dashboard';
    const log = openLog(base, role, host.stderrIsTty);
    const door = await openDoor({ host, options, base, profile, log });
    const parent = isDesktop
      ? whenParentEnds(base.clock, over.signal).then(() => over.abort())
      : Promise.resolve();
    const takeBack = publish(base, { role, profile, door, host: options.host ?? usualHost });
    let closeBrowser = (): void => {};
    try {
      const context = contextOf(base, profile);
      await takeUpChats(context);
      closeBrowser = await announceDashboard(host, options, {
        context,
        door,
        folder: base.home.run,
      });
      // A signal that came while the home was opened counts as well.
      const signal = AbortSignal.any([host.signal, over.signal]);
      await live(base, { role, profile, log, schedules, url: door.url }, signal);
    } finally {
      over.abort();
      takeBack();
      closeBrowser();
      await Promise.all([door.close(), parent]);
    }
    return 0;
  } finally {
    await base.close();
  }
}

type Living = {
  readonly role: Role;
  readonly profile: string;
  readonly log: Log;
  readonly schedules: boolean;
  readonly url: string;
};

/**
 * Only who may own a profile loads what runs jobs. An owner notices what is written through other connections than its own, so it has one
 * that no door writes through.
 */
async function live(base: Base, about: Living, over: AbortSignal): Promise<void> {
  if (!about.schedules) {
    const { noExecutor } = await import('./no-executor.ts');
    const world = makeWorld(base, { ...about, executor: noExecutor });
    return liveAsInstance(world, base.look, 'forever', over);
  }
  const { makeExecutor } = await import('./executor.ts');
  const own = await openBase(base.home.path, { integrity: true });
  try {
    const world = makeWorld(own, { ...about, executor: makeExecutor(own, about.log) });
    await liveAsInstance(world, own.look, 'forever', over);
  } finally {
    await own.close();
  }
}

async function openDoor(about: {
  readonly host: CliHost;
  readonly options: DashboardOptions;
  readonly base: Base;
  readonly profile: string;
  readonly log: Log;
}): Promise<HttpDoor> {
  const { host, options, base, profile, log } = about;
  const port = options.port ?? (options.isDesktop ? 0 : usualPort);
  const contextFor = makeContextFor(base, profile);
  try {
    return await openHttpDoor({
      host: options.host ?? usualHost,
      port,
      reach: reachOf(options),
      profile,
      contextFor,
      pageFolder: pageFolder(),
      mcp: mountMcp(base.version, { contextFor, log }),
      tunnelFor: tunnelTo(host.env, port) === null ? null : (at) => tunnelTo(host.env, at) ?? '',
      log,
    });
  } catch (error) {
    throw isTaken(error) ? await portTaken(base, profile, port) : error;
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof Refusal &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'EADDRINUSE';

/** Most often it is a dashboard of the same home, which only has to be opened. */
async function portTaken(base: Base, profile: string, port: number): Promise<Refusal> {
  const there = await findDashboard(base, profile, (url) => new URL(url).port === String(port));
  const option = profileOption(profile);
  const message = `Port ${port} is taken.`;
  const details = { port, isTaken: true };
  if (there === null)
    return new Refusal('address_unusable', `${message} Something else answers there.`, {
      remedy: command(`cronkeeper dashboard --port 0${option}`),
      details,
    });
  return new Refusal(
    'address_unusable',
    `${message} The dashboard of this profile answers there: ${there}`,
    { remedy: command(`cronkeeper dashboard link${option}`), details },
  );
}

/** Beside the bundle; in development the one that was built last. */
function pageFolder(): string | null {
  const here = dirname(import.meta.filename);
  const built = import.meta.filename.endsWith('.ts') ? join(here, '../../dist') : here;
  const folder = join(built, 'web');
  return existsSync(folder) ? folder : null;
}

const publish = (
  { home, processes }: Base,
  about: {
    readonly role: Role;
    readonly profile: string;
    readonly host: string;
    readonly door: HttpDoor;
  },
): (() => void) => {
  const { door, ...rest } = about;
  const { port, url } = door;
  return publishPort(home.run, { ...rest, port, url, process: processes.self() }, processes);
};
