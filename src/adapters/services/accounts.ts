import type { Commands } from './commands.ts';

/** A user of this machine. */
export type Account = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly folder: string;
  readonly shell: string;
};

const askMs = 5_000;

/** The account of that name, or number; null when there is none. */
export async function findAccount(
  commands: Commands,
  name: string,
  platform: string = process.platform,
): Promise<Account | null> {
  if (name === '' || name.startsWith('-') || /[\s:/]/.test(name)) return null;
  const isMac = platform === 'darwin';
  const [command, args] = isMac ? ['id', ['-P', name]] : ['getent', ['passwd', name]];
  const { code, output } = await commands.run(command, args, askMs);
  const [line = ''] = output.split('\n');
  return code === 0 ? parseAccount(isMac ? withoutClass(line) : line) : null;
}

/** On a Mac `id -P` answers in the longer form, with class, change and expiry after the group. */
function withoutClass(line: string): string {
  const fields = line.split(':');
  return [...fields.slice(0, 4), ...fields.slice(7)].join(':');
}

/** A line of passwd(5). */
function parseAccount(line: string): Account | null {
  const [name = '', , uid = '', gid = '', , folder = '', shell = ''] = line.split(':');
  if (name === '' || !/^\d+$/.test(uid) || !/^\d+$/.test(gid) || !folder.startsWith('/'))
    return null;
  return { name, uid: Number(uid), gid: Number(gid), folder, shell };
}
