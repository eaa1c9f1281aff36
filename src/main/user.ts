import { userInfo } from 'node:os';

/** Who this process runs as. A user without an entry has a number only, as in many containers, and no folder. */
export function currentUser(): { readonly name: string; readonly folder: string | null } {
  try {
    const { username, homedir } = userInfo();
    return { name: username, folder: homedir };
  } catch {
    return { name: String(process.getuid?.() ?? 'unknown'), folder: null };
  }
}
