import type { Sources } from './sources.ts';

/** Whose process it is. Another user is told by number: the name is nobody's evidence. */
export function userOf(
  sources: Sources,
  pid: number,
): { readonly uid: number; readonly user: string } {
  const { uid, user } = sources;
  if (pid === sources.pid) return { uid, user };
  const seen = /^Uid:\s+(\d+)/m.exec(sources.readFile(`/proc/${pid}/status`) ?? '')?.[1];
  const other = seen === undefined ? uid : Number(seen);
  return { uid: other, user: other === uid ? user : String(other) };
}
