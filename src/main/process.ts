import type { Holder } from '../core/lease.ts';
import type { Provenance, Role } from '../core/provenance.ts';
import { assessReadiness, type Readiness } from '../core/readiness.ts';
import { viewOf } from '../doors/cli/call.ts';
import type { CliHost, ProcessKind, ProcessOptions } from '../doors/cli/host.ts';
import { type FollowEvent, renderFollow } from '../doors/cli/present/follow.ts';
import type { World } from '../loops/world.ts';
import { checkHolder } from '../operations/holder-check.ts';
import { requestHandover } from '../operations/owner.ts';
import { hasLiveOwner, readReadiness } from '../operations/readiness.ts';
import { makeLink } from './announce.ts';
import { type Base, openBase } from './base.ts';
import { type Beside, keepDashboard } from './beside.ts';
import { contextOf, profileOf } from './context.ts';
import { makeExecutor } from './executor.ts';
import { followRuns } from './follow.ts';
import { liveAsInstance, makeWorld, openLog } from './instance.ts';
import { makeOutputReader } from './output.ts';
import { keepHelpersAsleep } from './runtime.ts';

const roleOf: Readonly<Record<ProcessKind, Role>> = {
  runner: 'runner',
  gateway: 'gateway',
  tick: 'timer',
  up: 'runner',
};

/** Lives as `runner`, `gateway run`, `tick` or `up` until a signal; answers the exit code. */
export async function runProcess(
  host: CliHost,
  kind: ProcessKind,
  options: ProcessOptions,
): Promise<number> {
  keepHelpersAsleep();
  const base = await openBase(options.home ?? undefined, { integrity: true });
  try {
    const profile = profileOf(base, options.profile, host.env);
    await base.store.profiles.ensure(profile, base.clock.now().wall, 'cli');
    if (options.replace) await askToHandOver(base, profile);
    const tells = kind !== 'up' && (host.stderrIsTty || kind !== 'tick');
    const log = openLog(base, roleOf[kind], tells);
    const world = makeWorld(base, {
      role: roleOf[kind],
      schedules: true,
      profile,
      url: null,
      executor: makeExecutor(base, log),
      log,
    });
    if (kind === 'up') return await showAsItHappens(host, base, world, options);
    // A signal that came while the home was opened counts as well.
    await liveAsInstance(world, base.look, kind === 'tick' ? 'idle' : 'forever', host.signal);
    return 0;
  } finally {
    await base.close();
  }
}

/** `gateway run --replace`: a living holder drains; this process takes the lease when it is free. */
async function askToHandOver(base: Base, profile: string): Promise<void> {
  const context = contextOf(base, profile);
  const view = await readReadiness(context);
  if (hasLiveOwner(view)) await requestHandover(context, view);
}

/** `up`: a runner in the foreground that shows what happens. When another process owns, it shows that owner and follows its runs. */
async function showAsItHappens(
  host: CliHost,
  base: Base,
  world: World,
  options: ProcessOptions,
): Promise<number> {
  const over = new AbortController();
  const shown = { clock: base.clock, zone: base.config.zone, profile: world.self.profile };
  const unheard = new AbortController();
  const tell = async (event: FollowEvent): Promise<void> => {
    await host.stdout.write(
      options.json
        ? `${toJson(event)}\n`
        : renderFollow(event, viewOf(host, shown, { verbose: false, home: null })),
    );
  };
  const living = liveAsInstance(
    world,
    base.look,
    'forever',
    AbortSignal.any([unheard.signal, host.signal]),
  ).finally(() => over.abort());
  const output = makeOutputReader(base.home.path);
  const runs = followRuns({ ...base, output, profile: world.self.profile }, tell, over.signal);
  const owner = followOwner(base, world, tell, over.signal);
  const dashboard = options.withDashboard
    ? keepDashboard(
        besideOf(host, base, world, { tell, json: options.json }),
        // Ctrl-C reaches both at once: its end is no news then.
        AbortSignal.any([over.signal, host.signal]),
      )
    : Promise.resolve();
  try {
    await Promise.all([living, runs, owner, dashboard]);
  } catch (error) {
    // Nobody hears what happens any more, as after "| head": then it does not go on unseen.
    unheard.abort();
    await Promise.allSettled([living, runs, owner, dashboard]);
    throw error;
  }
  return 0;
}

const besideOf = (
  host: CliHost,
  base: Base,
  world: World,
  how: { readonly tell: Beside['tell']; readonly json: boolean },
): Beside => ({
  base,
  profile: world.self.profile,
  tell: how.tell,
  tellsLinks: how.json || host.stdoutIsTty,
  makeLink: (url) => makeLink(contextOf(base, world.self.profile), url),
});

/** A free profile is taken at once; before that there is nothing to tell. */
const firstLookMs = 300;

/** Tells who owns the profile whenever that changes. */
async function followOwner(
  base: Base,
  world: World,
  tell: (event: FollowEvent) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = base;
  const { profile, id } = world.self;
  let told = '';
  await clock.sleep(firstLookMs, signal);
  while (!signal.aborted) {
    const lease = await store.leases.read(profile);
    const check = await checkHolder(lease, base);
    const appointment = await store.appointments.current(profile);
    const now = clock.now().wall;
    const readiness = assessReadiness({
      profile,
      now,
      appointment,
      lease,
      check,
      overdueMs: 0,
      ineligible: [],
      successors: [],
      ticks: [],
      services: { hasManager: false, installed: [] },
    });
    const mine = lease.holder?.instanceId === id;
    const text = `${mine}|${readiness.willRun}|${lease.epoch}`;
    if (text !== told) await tell(ownerEvent(readiness, world, lease.holder));
    told = text;
    await clock.sleep(1_000, signal);
  }
}

function ownerEvent(
  { willRun, message }: Readiness,
  world: World,
  holder: Holder | null,
): FollowEvent {
  const mine = holder?.instanceId === world.self.id;
  const how = holder === null ? '' : provenanceWords(holder.provenance);
  if (mine)
    return {
      kind: 'owning',
      message: `This process runs the jobs of profile "${world.self.profile}" (pid ${world.processes.self().pid}, ${how}).`,
    };
  if (willRun && holder !== null)
    return {
      kind: 'waiting',
      message: `${message.replace(/ runs them\.$/, '')} runs the jobs of profile "${world.self.profile}" (${how}); this process stands by and follows.`,
    };
  return {
    kind: 'waiting',
    message: `Nothing runs the jobs of profile "${world.self.profile}": ${message}`,
  };
}

const provenanceWords = (provenance: Provenance): string => {
  const { service, level, chain } = provenance;
  if (service !== null) return `${service.manager} ${service.unit}, ${level}`;
  const parent = chain[1];
  return parent === undefined
    ? level
    : `started by ${parent.command} (pid ${parent.pid}), no service`;
};

/** One document a line; output as base64, because it need not be text. */
const toJson = (event: FollowEvent): string =>
  JSON.stringify(
    event.kind === 'output'
      ? { ...event, bytes: undefined, base64: Buffer.from(event.bytes).toString('base64') }
      : event,
  );
