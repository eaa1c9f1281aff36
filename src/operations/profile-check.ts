import type { z } from 'zod';
import { advice, command, Refusal, type RefusalKind } from '../core/refusal.ts';
import { type Operation, type OperationContext, operation } from './operation.ts';

/** Refuses names that no profile of this home has; `default` comes into being when it is first named. */
export async function requireProfile(
  context: OperationContext,
  kind: RefusalKind = 'refused',
): Promise<void> {
  const { store, profile } = context;
  if (profile === 'default') {
    await store.profiles.ensure(profile, context.clock.now().wall, context.actor);
    return;
  }
  const known = (await store.profiles.list()).map(({ name }) => name);
  if (known.includes(profile)) return;
  throw new Refusal(
    'profile_unknown',
    `There is no profile "${profile}" in this home. There is ${known.join(', ') || 'none yet'}.`,
    {
      kind,
      remedy: isProfileName(profile)
        ? command(`cronkeeper profile add ${profile}`)
        : advice('Name one of them with -p.'),
    },
  );
}

/** Part of unit names, socket names and options, so: letters, digits, `.`, `_`, `-`, at most 64, a letter or digit first. */
export const isProfileName = (text: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

/** An operation that looks into the profile it was asked in, and refuses when there is none. */
export const profileOperation = <
  const Name extends string,
  Input extends z.ZodType,
  Output extends z.ZodType,
>(
  definition: Operation<Input, Output, Name>,
): Operation<Input, Output, Name> =>
  operation({
    ...definition,
    async handle(context, input) {
      await requireProfile(context);
      return definition.handle(context, input);
    },
  });

/** Where a page begins is told by the last line of the one before, which only one profile has. @throws Refusal `usage` */
export function refusePlace(place: string | null): void {
  if (place === null) return;
  throw new Refusal(
    'usage',
    'Of every profile there is one page only, which has no place to go on from.',
    {
      kind: 'usage',
      remedy: advice('Ask one profile after the other with -p, or for more lines with --limit.'),
    },
  );
}

/** The same question for every profile of this home, one after another. */
export async function inEveryProfile<T>(
  context: OperationContext,
  ask: (context: OperationContext) => Promise<T>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  for (const { name } of await context.store.profiles.list()) {
    answers.push(await ask({ ...context, profile: name }));
  }
  return answers;
}

/** Makes the profile if it is not there. @returns whether it was made now, other than `default` */
export async function ensureProfile(context: OperationContext): Promise<boolean> {
  const { store, clock, profile, actor } = context;
  if (!isProfileName(profile)) await requireProfile(context);
  const isNew = await store.profiles.ensure(profile, clock.now().wall, actor);
  return isNew && profile !== 'default';
}
