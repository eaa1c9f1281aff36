import { minuteMs, secondMs, toIso } from '../core/instant.ts';
import type { Lease } from '../core/lease.ts';
import type { HolderCheck } from '../core/readiness.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { Store } from '../ports/store.ts';
import { commandIn } from './commands.ts';
import { checkHolder } from './holder-check.ts';
import { nothingInput, profileInput } from './inputs.ts';
import { type OperationContext, operation } from './operation.ts';
import { profilesAddOutput, profilesListOutput, profilesRemoveOutput } from './outputs.ts';
import { inEveryProfile, isProfileName } from './profile-check.ts';
import { readinessAnswer, readReadiness } from './readiness.ts';

export const profilesList = operation({
  name: 'profiles.list',
  summary: 'List profiles',
  input: nothingInput,
  output: profilesListOutput,
  scope: 'read',
  async handle(context) {
    const known = new Map((await context.store.profiles.list()).map((one) => [one.name, one]));
    const profiles = await inEveryProfile(context, async (other) => {
      const counts = await other.store.jobs.counts(other.profile);
      const { readiness, now } = await readReadiness(other);
      return {
        name: other.profile,
        createdAt: toIso(known.get(other.profile)?.createdAt ?? now),
        jobs: counts.enabled + counts.paused + counts.pending + counts.done,
        current: other.profile === context.profile,
        readiness: readinessAnswer(readiness),
      };
    });
    return { profiles: [...profiles] };
  },
});

/** Twice is fine. */
export const profilesAdd = operation({
  name: 'profiles.add',
  summary: 'Add a profile',
  input: profileInput,
  output: profilesAddOutput,
  scope: 'admin',
  async handle({ store, clock, actor }, { name }) {
    if (!isProfileName(name)) {
      throw new Refusal(
        'name_invalid',
        'A profile name is letters, digits, ".", "_" and "-", at most 64, and begins with a letter or digit.',
        { kind: 'usage' },
      );
    }
    const taken = (await store.profiles.list()).find(
      (one) => one.name !== name && one.name.toLowerCase() === name.toLowerCase(),
    );
    if (taken !== undefined) {
      throw new Refusal(
        'name_taken',
        `There is a profile "${taken.name}"; names that differ only in case would be confused.`,
      );
    }
    return { name, created: await store.profiles.ensure(name, clock.now().wall, actor) };
  },
});

/** Only an empty profile whose holder, if it has one, is gone; its history goes with it. */
export const profilesRemove = operation({
  name: 'profiles.remove',
  summary: 'Remove an empty profile',
  input: profileInput,
  output: profilesRemoveOutput,
  scope: 'admin',
  async handle(context, { name }) {
    const { store, clock, actor } = context;
    if (name === 'default')
      throw new Refusal('profile_not_empty', 'The profile "default" is always there.');
    const lease = await store.leases.read(name);
    const check = await checkHolder(lease, context);
    const entry = {
      profile: name,
      at: clock.now().wall,
      actor,
      kind: 'profile.removed',
      subject: name,
      detail: {},
    };
    const over = isGone(check, lease) ? lease : undefined;
    const result = await store.profiles.remove(name, entry, over);
    switch (result) {
      case 'removed':
        return { name };
      case 'unknown':
        throw new Refusal('profile_unknown', `There is no profile "${name}".`, {
          remedy: { kind: 'command', text: 'cronkeeper profile list' },
        });
      case 'not-empty':
        throw new Refusal('profile_not_empty', `The profile "${name}" still has jobs.`, {
          remedy: commandIn(name, 'list'),
        });
      case 'busy':
        throw await stillBusy(store, name, check.kind === 'none' || over !== undefined);
      case 'held':
        throw await stillHeld(context, name);
    }
  },
});

/** How long after its lease ended a holder that cannot be seen from here counts as gone; its epoch protects should it live. */
const unseenMs = minuteMs;

const isGone = (check: HolderCheck, { ttlMs }: Lease): boolean =>
  check.kind === 'dead' || (check.kind === 'remote' && check.heartbeatAgeMs > ttlMs + unseenMs);

/** Looks anew: another may have taken over from the one that was gone. */
async function stillHeld(context: OperationContext, profile: string): Promise<Refusal> {
  const lease = await context.store.leases.read(profile);
  const { holder, ttlMs } = lease;
  const check = await checkHolder(lease, context);
  const who = holder === null ? 'a process' : `a ${holder.role} (pid ${holder.process.pid})`;
  return check.kind === 'remote'
    ? new Refusal(
        'lease_held',
        `The profile "${profile}" is owned by ${who} of another machine or container, of which nobody can tell here whether it lives.`,
        {
          remedy: advice(
            `Stop it there, or, when it is gone, try again in ${Math.ceil((ttlMs + unseenMs) / secondMs)} s.`,
          ),
        },
      )
    : new Refusal('lease_held', `The profile "${profile}" is owned by ${who}, which lives.`, {
        remedy: advice(
          `Stop it first. How it was started: ${commandIn(profile, 'status -v').text}`,
        ),
      });
}

/** Without an owner nobody sees that a run is over, or ends it. */
async function stillBusy(store: Store, name: string, isUnowned: boolean): Promise<Refusal> {
  const [run] = await store.runs.open(name, 1);
  const cancel = commandIn(name, run === undefined ? 'runs' : `cancel ${run.id}`);
  const which = run === undefined ? 'A run' : `The run ${run.id} of "${run.jobName}"`;
  return new Refusal(
    'profile_not_empty',
    `${which} in the profile "${name}" is not over; what it did would be forgotten.`,
    {
      remedy: isUnowned
        ? advice(`Type ${cancel.text}, then ${commandIn(name, 'tick').text}`)
        : cancel,
    },
  );
}
