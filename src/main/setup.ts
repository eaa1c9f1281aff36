import { command, Refusal } from '../core/refusal.ts';
import { chooseScope, chooseUser, managersOn } from '../core/service-choice.ts';
import { setUpAsRoot } from '../core/service-words.ts';
import type { CliHost, SetupGround, SetupRequest } from '../doors/cli/host.ts';
import { withoutManager } from '../operations/service-world.ts';
import { accountOf, caller } from './accounts.ts';
import { managerOf } from './managers.ts';
import { doorOf, placeOf, planFor, usualHome } from './service-place.ts';

/**
 * Whose home is set up, where the service will be, and what stands in the way of it.
 *
 * @throws Refusal `usage` when root asks and nobody is named, `user_unknown`
 */
export async function openSetup(host: CliHost, request: SetupRequest): Promise<SetupGround> {
  const who = caller();
  const wish = { ...request, role: 'runner' } as const;
  const scope = chooseScope(wish, who);
  const account = await accountOf(chooseUser(wish, who));
  const place = placeOf(request, account);
  const profile = request.profile ?? 'default';
  const plan = await planFor({ role: 'runner', isTimer: false, scope }, place, profile);
  const manager = managerOf(managersOn(process.platform)[scope]);
  const hindrance = (await manager?.hindrance()) ?? null;
  const ground = { user: account.name, home: place.home, scope, door: doorOf(place) };
  if (manager !== null && hindrance === null) return { ...ground, hindrance: null };
  const { kind, message } = hindrance ?? {
    kind: 'absent',
    message: 'There is no service manager.',
  };
  const again = {
    launcher: host.program,
    profile: request.profile,
    // Root means the usual one, whatever the environment of this user says.
    home: place.home === usualHome(account) ? null : place.home,
    runAs: request.runAs,
  };
  const refusal =
    kind === 'absent'
      ? new Refusal('service_manager_absent', message, { remedy: withoutManager(plan) })
      : new Refusal(kind === 'rights' ? 'not_permitted' : 'service_manager_silent', message, {
          remedy: command(setUpAsRoot(again)),
        });
  return { ...ground, hindrance: refusal };
}
