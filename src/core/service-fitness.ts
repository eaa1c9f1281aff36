import { advice, Refusal } from './refusal.ts';
import type { ServicePlan } from './service-plan.ts';
import { pathWord } from './systemd-quoting.ts';

/** systemd starts no program whose path has quotes, backslashes or control characters, however it is written. */
export const isExecutable = (path: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a path with control characters is refused
  path.startsWith('/') && !/[\u0000-\u001f\u007f"'\\]/.test(path);

/**
 * Refuses what a service manager would refuse later, or understand differently.
 *
 * @throws Refusal `service_failed`
 */
export function refuseUnfit({ manager, schedules, home, program, user }: ServicePlan): void {
  if (!manager.startsWith('systemd')) return;
  if (!/^[\w.@-]+\$?$/.test(user))
    throw unfit(
      `A unit cannot name user ${JSON.stringify(user)}.`,
      'Choose another: --run-as USER.',
    );
  const [node = '', bundle = ''] = program;
  if (!isExecutable(node))
    throw unfit(`systemd starts no program at ${JSON.stringify(node)}.`, 'Install Node elsewhere.');
  if (!schedules && [home, bundle].some((path) => pathWord(path) === null))
    throw unfit(
      `A unit cannot be confined to ${JSON.stringify(home)}.`,
      'Choose a home without control characters in its path.',
    );
}

const unfit = (message: string, remedy: string): Refusal =>
  new Refusal('service_failed', message, { remedy: advice(remedy) });
