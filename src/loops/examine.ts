import type { CommandLook, Hindrance } from '../core/probe.ts';
import { runEnvironment } from '../core/run-environment.ts';
import { whyNoWord } from './probe.ts';
import type { World } from './world.ts';

/**
 * Whether a command that is no job yet could begin here, by the same rule as a start: who adds a job is told before it is stored.
 *
 * @throws when it could not be found out
 */
export async function examineCommand(
  { executor, environments, self }: Pick<World, 'executor' | 'environments' | 'self'>,
  { program, word, cwd, path }: CommandLook,
): Promise<Hindrance | null> {
  const own = path === null ? {} : { PATH: path };
  const env = runEnvironment(environments.base(self.profile), own, null);
  const failure = await executor.examine({ argv: [program], env, cwd });
  if (failure?.reason === 'not_probed') throw new Error(failure.message);
  if (failure !== null) return { code: failure.reason, message: failure.message };
  return word === null ? null : whyNoWord(executor, word, { env, cwd });
}
