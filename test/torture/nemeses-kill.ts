import { sleep } from '../journeys/program.ts';
import { bootMs, type Field, type Instance } from './field.ts';
import { between, type Chance, type Nemesis, pick, type Strike } from './nemesis.ts';
import { nameOf, signal } from './processes.ts';

/** Kills an instance and waits until it is gone; answers when the signal was sent. */
async function kill(instance: Instance): Promise<number> {
  const at = bootMs();
  instance.running.signal('SIGKILL');
  await instance.running.ended;
  return at;
}

/** Since the kill, until somebody else has the lease; null when nobody has within three seconds. */
async function takeoverMs(field: Field, epoch: number, at: number): Promise<number | null> {
  for (;;) {
    if ((await field.lease()).epoch > epoch) return bootMs() - at;
    if (bootMs() - at > 3_000) return null;
    await sleep(4);
  }
}

/** One whose reception is open stands by; one that only just started does not yet. */
const hasSettled = (instance: Instance): boolean => bootMs() - instance.from > 1_500;

async function killHolder(field: Field, alsoStarter: boolean): Promise<Strike | null> {
  const { epoch, instance, starter } = await field.lease();
  if (instance === null) return null;
  const standby = field.alive.find((one) => one !== instance && hasSettled(one));
  if (alsoStarter && starter !== null) signal(starter.pid, 'SIGKILL');
  const from = await kill(instance);
  const tookMs = standby === undefined ? null : await takeoverMs(field, epoch, from);
  // With nobody left it is over when somebody starts.
  if (field.alive.length === 0) field.fill();
  return {
    from,
    until: standby === undefined ? bootMs() : from,
    detail: `pid ${instance.pid}, epoch ${epoch}`,
    kills: alsoStarter ? 2 : 1,
    takeoverMs: tookMs,
  };
}

/** The starter is stopped when its holder dies, so it cannot end by itself. Whoever takes over sees to it first. */
async function killBesidePausedStarter(field: Field): Promise<Strike | null> {
  const { starter } = await field.lease();
  const name = starter === null ? null : nameOf(starter.pid);
  if (starter === null || name === null || !signal(starter.pid, 'SIGSTOP')) return null;
  const strike = await killHolder(field, false);
  await field.holder();
  if (nameOf(starter.pid) === name) signal(starter.pid, 'SIGCONT');
  // Its patience with the starter is no measure of how fast a take-over is.
  return strike === null ? null : { ...strike, until: bootMs(), pauses: 1, takeoverMs: null };
}

/** Everything dies at once; nobody is left to take over until somebody starts. */
async function killAll(field: Field, chance: Chance): Promise<Strike | null> {
  const from = bootMs();
  const victims = field.alive;
  await Promise.all(victims.map(kill));
  await sleep(between(chance, 0, 1_500));
  field.fill();
  return { from, until: bootMs(), kills: victims.length, detail: `${victims.length} instances` };
}

/** An instance that is killed soon after each start, again and again. */
async function crashLoop(field: Field, chance: Chance): Promise<Strike | null> {
  const from = bootMs();
  let kills = 0;
  for (const instance of field.alive) {
    await kill(instance);
    kills += 1;
  }
  const rounds = 4 + Math.floor(chance() * 5);
  for (let round = 0; round < rounds; round += 1) {
    const instance = field.start('runner');
    await sleep(between(chance, 20, 700));
    await kill(instance);
    kills += 1;
  }
  field.fill();
  return { from, until: bootMs(), kills, detail: `${rounds} rounds` };
}

/** The holder is stopped or killed in the moment in which something is due. */
async function restartAtDue(field: Field, chance: Chance): Promise<Strike | null> {
  const { instance, epoch } = await field.lease();
  const { wall } = field.context.clock.now();
  const [due] = await field.context.store.jobs.nextFireTimes('default', 1);
  if (instance === null || due === undefined || due - wall > 3_000) return null;
  await sleep(Math.max(0, due - wall + between(chance, -30, 30)));
  const gently = chance() < 0.5;
  const from = bootMs();
  if (gently) await instance.running.stop();
  else await kill(instance);
  if (field.alive.length === 0) field.fill();
  const until = bootMs();
  return {
    from,
    until,
    detail: `${gently ? 'SIGTERM' : 'SIGKILL'}, epoch ${epoch}`,
    kills: gently ? 0 : 1,
  };
}

export const killNemeses: readonly Nemesis[] = [
  { name: 'kill-holder', weight: 10, strike: (field) => killHolder(field, false) },
  { name: 'kill-holder-and-starter', weight: 3, strike: (field) => killHolder(field, true) },
  { name: 'kill-beside-paused-starter', weight: 2, strike: killBesidePausedStarter },
  {
    name: 'kill-standby',
    weight: 2,
    strike: async (field, chance) => {
      const { instance } = await field.lease();
      const standby = pick(
        chance,
        field.alive.filter((one) => one !== instance),
      );
      if (standby === undefined) return null;
      const from = await kill(standby);
      return { from, until: from, kills: 1, detail: `pid ${standby.pid}` };
    },
  },
  {
    name: 'kill-starter',
    weight: 3,
    strike: async (field) => {
      const { starter } = await field.lease();
      const from = bootMs();
      if (starter === null || !signal(starter.pid, 'SIGKILL')) return null;
      return { from, until: from, kills: 1, detail: `pid ${starter.pid}` };
    },
  },
  { name: 'kill-all', weight: 2, strike: killAll },
  { name: 'crash-loop', weight: 1.5, strike: crashLoop },
  { name: 'restart-at-due', weight: 3, strike: restartAtDue },
  {
    name: 'hand-over',
    weight: 1.5,
    strike: async (field) => {
      const from = bootMs();
      const { code, err } = await field.type(['owner', 'handover']);
      const complaint = code === 0 || code === 4 || code === 3 ? null : `exit ${code}: ${err}`;
      return { from, complaint };
    },
  },
];
