import { type ChildProcess, spawn } from 'node:child_process';
import { type Entrance, entranceWords } from '../doors/cli/present/dashboard.ts';
import type { FollowEvent } from '../doors/cli/present/follow.ts';
import type { Announcement } from './announce.ts';
import type { Base } from './base.ts';

/** On a busy machine, with a store that is looked through first. */
const startDeadlineMs = 60_000;
const endDeadlineMs = 5_000;

/** What `up` knows of the dashboard that it shall have beside it. */
export type Beside = {
  readonly base: Base;
  readonly profile: string;
  tell(event: FollowEvent): Promise<void>;
  /** Whether a person at a terminal hears it, or the program that asked. A link must end in no log: whoever reads it is let in. */
  readonly tellsLinks: boolean;
  /** For a dashboard that is there already. */
  makeLink(url: string): Promise<string>;
};

/**
 * Has a dashboard beside this process until the signal aborts: the one that is there, or one of its own. It is another process, so
 * that the end of neither is the end of the other, and what happens to it is only told.
 */
export async function keepDashboard(beside: Beside, over: AbortSignal): Promise<void> {
  const { base, profile, tell, tellsLinks } = beside;
  const there = await findDashboard(base, profile);
  if (there !== null) {
    const link = tellsLinks ? await beside.makeLink(there) : null;
    const entrance = { profile, url: there, link, tunnel: null };
    return tell(arrival(entrance, 'It is there already. '));
  }
  const started = await start(beside, over);
  if (started.kind === 'failed') {
    if (over.aborted) return;
    return tell({
      kind: 'alone',
      message: `There is no dashboard: ${started.why} Jobs run all the same.`,
    });
  }
  const { child, announcement } = started;
  const ended = hasEnded(child);
  try {
    const entrance = tellsLinks ? announcement : { ...announcement, link: null };
    await tell(arrival(entrance, started.isElsewhere ? 'Its usual port is taken. ' : ''));
    await Promise.race([ended, aborted(over)]);
  } finally {
    // Also when nobody hears it any more: what this process started would keep it alive.
    if (!isOver(child)) await end(child, ended, beside);
  }
  if (over.aborted) return;
  await tell({
    kind: 'alone',
    message: 'The dashboard has ended; jobs run on. Start it again: cronkeeper dashboard',
  });
}

const arrival = (entrance: Entrance, aside: string): FollowEvent => ({
  kind: 'dashboard',
  message: `${aside}${entranceWords(entrance)}`,
  url: entrance.url,
  link: entrance.link,
});

/** Where a dashboard of this profile answers; one of a desktop application is nobody else's. */
export async function findDashboard(
  { store, processes }: Base,
  profile: string,
  fits: (url: string) => boolean = () => true,
): Promise<string | null> {
  const urls = (await store.instances.list(profile))
    .filter(({ role, process }) => role === 'dashboard' && processes.life(process) === 'alive')
    .flatMap(({ url }) => url ?? []);
  return urls.find(fits) ?? null;
}

type Started =
  | {
      readonly kind: 'started';
      readonly child: ChildProcess;
      readonly announcement: Announcement;
      readonly isElsewhere: boolean;
    }
  | { readonly kind: 'failed'; readonly why: string };

/** At its usual port, or where that is taken at one that is free. */
async function start(beside: Beside, over: AbortSignal): Promise<Started> {
  const first = await startAt([], beside, over);
  if (first.kind !== 'taken') return first;
  const second = await startAt(['--port', '0'], beside, over);
  if (second.kind === 'started') return { ...second, isElsewhere: true };
  return { kind: 'failed', why: second.why };
}

async function startAt(
  words: readonly string[],
  { base, profile }: Beside,
  over: AbortSignal,
): Promise<Started | { readonly kind: 'taken'; readonly why: string }> {
  const place = ['-p', profile, '--home', base.home.path];
  const args = [process.argv[1] ?? '', 'dashboard', '--json', '--no-open', ...words, ...place];
  // This is no dashboard of a desktop application, whoever started `up`.
  const { CRONKEEPER_DESKTOP: _ours, HERMES_DESKTOP: _theirs, ...env } = process.env;
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await firstDocument(child, base, over);
  if (isAnnouncement(said))
    return { kind: 'started', child, announcement: said, isElsewhere: false };
  await end(child, hasEnded(child), { base });
  const { isTaken, message } = errorOf(said);
  return { kind: isTaken ? 'taken' : 'failed', why: message };
}

/** The first JSON document that it prints; null when it ended, or took too long. */
async function firstDocument(
  child: ChildProcess,
  { clock }: Base,
  over: AbortSignal,
): Promise<unknown> {
  const late = new AbortController();
  const signal = AbortSignal.any([late.signal, over]);
  let text = '';
  const said = new Promise<unknown>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const document = parse(text);
      if (document !== null) resolve(document);
    });
    child.once('close', () => resolve(parse(text)));
    child.once('error', () => resolve(null));
  });
  const document = await Promise.race([
    said,
    clock.sleep(startDeadlineMs, signal).then(() => null),
  ]);
  late.abort();
  return document;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The rest of it is still to come.
    return null;
  }
}

const isAnnouncement = (said: unknown): said is Announcement =>
  typeof said === 'object' && said !== null && 'url' in said && 'port' in said;

function errorOf(said: unknown): { readonly isTaken: boolean; readonly message: string } {
  const error = fieldsOf(fieldsOf(said)['error']);
  const { message = 'it did not say why it ended.' } = error;
  return { isTaken: fieldsOf(error['details'])['isTaken'] === true, message: String(message) };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const isOver = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

const hasEnded = (child: ChildProcess): Promise<void> =>
  isOver(child) ? Promise.resolve() : new Promise((resolve) => child.once('exit', () => resolve()));

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Gently, then by force. */
async function end(
  child: ChildProcess,
  ended: Promise<void>,
  { base }: Pick<Beside, 'base'>,
): Promise<void> {
  child.kill('SIGTERM');
  const done = new AbortController();
  const late = base.clock.sleep(endDeadlineMs, done.signal).then(() => {
    if (!done.signal.aborted) child.kill('SIGKILL');
  });
  await ended;
  done.abort();
  await late;
}
