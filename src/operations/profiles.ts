import { toIso } from '../core/instant.ts';
import { Refusal } from '../core/refusal.ts';
import type { Store } from '../ports/store.ts';
import { commandIn } from './commands.ts';
import { nothingInput, profileInput } from './inputs.ts';
import { operation } from './operation.ts';
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

/** Only an empty profile that nobody holds; its history goes with it. */
export const profilesRemove = operation({
  name: 'profiles.remove',
  summary: 'Remove an empty profile',
  input: profileInput,
  output: profilesRemoveOutput,
  scope: 'admin',
  async handle({ store, clock, actor }, { name }) {
    if (name === 'default')
      throw new Refusal('profile_not_empty', 'The profile "default" is always there.');
    const result = await store.profiles.remove(name, {
      profile: name,
      at: clock.now().wall,
      actor,
      kind: 'profile.removed',
      subject: name,
      detail: {},
    });
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
        throw await stillBusy(store, name);
      case 'held':
        throw new Refusal('lease_held', `The profile "${name}" is owned by a running process.`, {
          remedy: commandIn(name, 'status'),
        });
    }
  },
});

async function stillBusy(store: Store, name: string): Promise<Refusal> {
  const [run] = await store.runs.open(name, 1);
  const which = run === undefined ? 'A run' : `The run ${run.id} of "${run.jobName}"`;
  return new Refusal(
    'profile_not_empty',
    `${which} in the profile "${name}" is not over; what it did would be forgotten.`,
    { remedy: commandIn(name, run === undefined ? 'runs' : `cancel ${run.id}`) },
  );
}
