import { type Account, findAccount } from '../adapters/services/accounts.ts';
import { runAs } from '../adapters/services/as-user.ts';
import { makeCommands } from '../adapters/services/commands.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { Caller } from '../core/service-choice.ts';
import { servicePath } from '../core/service-plan.ts';
import { currentUser } from './user.ts';

/** Who typed the command. */
export const caller = (): Caller => ({
  uid: process.getuid?.() ?? 0,
  name: currentUser().name,
  sudoUser: process.env['SUDO_USER'] || null,
});

/** @throws Refusal `user_unknown` */
export async function accountOf(name: string): Promise<Account> {
  const account = await findAccount(makeCommands(caller().uid), name);
  if (account !== null) return account;
  throw new Refusal('user_unknown', `There is no user "${name}" on this machine.`, {
    remedy: advice('Name a user of this machine: --run-as USER.'),
  });
}

const shellMs = 5_000;

/** PATH as this user has it at a prompt. With `sudo` the environment tells that of root, so the user's own shell is asked. */
export async function pathOf(account: Account): Promise<string> {
  const own = process.env['PATH'] ?? '';
  if (account.uid === caller().uid) return servicePath(own);
  const ask = [account.shell, '-l', '-c', 'printf "\\nPATH=%s\\n" "$PATH"'];
  const said = await runAs(account, ask, { timeoutMs: shellMs }).catch(() => null);
  const line = said?.out.split('\n').findLast((each) => each.startsWith('PATH='));
  return servicePath(line?.slice('PATH='.length) || own);
}
