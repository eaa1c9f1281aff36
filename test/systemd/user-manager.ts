import type { Machine } from './machine.ts';

/** Runs a shell line as that user with access to the user's own service manager; throws when it failed. */
export type AsUser = (line: string) => Promise<string>;

/**
 * Makes a user in the machine and starts the user's service manager, as lingering would. A machine has no logind, which
 * would make the runtime folder of the user; here it is made by hand.
 */
export async function openUserManager(
  machine: Machine,
  user: { readonly name: string; readonly uid: number },
): Promise<AsUser> {
  const folder = `/run/user/${user.uid}`;
  const service = '[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/true\\n';
  await machine.output(
    `useradd --uid ${user.uid} --create-home ${user.name} && mkdir -p ${folder} && ` +
      `chown ${user.uid} ${folder} && chmod 700 ${folder} && ` +
      `printf '${service}' > /run/systemd/system/user-runtime-dir@.service && ` +
      `systemctl daemon-reload && systemctl start user@${user.uid}.service`,
  );
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const become = `setpriv --reuid ${user.uid} --regid ${user.uid} --clear-groups`;
  const env = `env XDG_RUNTIME_DIR=${folder} HOME=/home/${user.name}`;
  return (line) => machine.output(`${become} ${env} /bin/sh -c ${quote(line)}`);
}
