import type { Commands } from './commands.ts';

/** A user of this machine. */
export type Account = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly folder: string;
  readonly shell: string;
};

/** The account of that name, or number; null when there is none. */
export async function findAccount(commands: Commands, name: string): Promise<Account | null> {
  if (name === '' || name.startsWith('-') || /[\s:]/.test(name)) return null;
  const { code, output } = await commands.run('getent', ['passwd', name], 5_000);
  return code === 0 ? parseAccount(output.split('\n')[0] ?? '') : null;
}

/** A line of passwd(5). */
function parseAccount(line: string): Account | null {
  const [name = '', , uid = '', gid = '', , folder = '', shell = ''] = line.split(':');
  if (name === '' || !/^\d+$/.test(uid) || !/^\d+$/.test(gid) || !folder.startsWith('/'))
    return null;
  return { name, uid: Number(uid), gid: Number(gid), folder, shell };
}
