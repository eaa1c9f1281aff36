import { userInfo } from 'node:os';

type User = { readonly name: string; readonly folder: string | null };

let known: User | null = null;

/**
 * Who this process runs as; the list of users is read once. A user without an entry has a number only, as in many containers, and no
 * folder.
 */
export function currentUser(): User {
  known ??= lookUp();
  return known;
}

function lookUp(): User {
  try {
    const { username, homedir } = userInfo();
    return { name: username, folder: homedir };
  } catch {
    return { name: String(process.getuid?.() ?? 'unknown'), folder: null };
  }
}
