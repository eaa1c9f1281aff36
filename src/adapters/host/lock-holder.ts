import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { LockHolder } from '../../core/store-remedy.ts';

/** Where SQLite keeps the lock of the one who writes, in the file of shared memory. */
const writeLockAt = 120;

/**
 * Who keeps others from writing to a database, by the kernel's list of locks. Null: nobody, or it is not told, as outside of Linux
 * and of processes in another pid namespace.
 */
export function findLockHolder(database: string): LockHolder | null {
  try {
    const memory = `${realpathSync(database)}-shm`;
    const inode = statSync(memory).ino;
    for (const line of readFileSync('/proc/locks', 'latin1').split('\n')) {
      const lock = lockOf(line);
      if (lock === null || lock.inode !== inode || lock.pid === process.pid) continue;
      // Another file system may have a file of the same number.
      if (hasOpen(lock.pid, memory)) return { pid: lock.pid, ...describe(lock.pid) };
    }
  } catch {
    // It let go meanwhile, or there is nothing to read.
  }
  return null;
}

/** `1: POSIX  ADVISORY  WRITE 27267 fe:00:2147313 120 120`; null for any other lock than that of a writer. */
export function lockOf(line: string): { readonly pid: number; readonly inode: number } | null {
  const [, , , mode, pid, file, from, to] = line.trim().split(/\s+/);
  const isWriter =
    mode === 'WRITE' && Number(from) <= writeLockAt && (to === 'EOF' || Number(to) >= writeLockAt);
  return isWriter ? { pid: Number(pid), inode: Number(file?.split(':')[2]) } : null;
}

const hasOpen = (pid: number, path: string): boolean =>
  readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === path);

function describe(pid: number): { readonly name: string; readonly isStopped: boolean } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    name: /^Name:\s+(.*)$/m.exec(status)?.[1] ?? '',
    isStopped: /^State:\s+T/m.test(status),
  };
}
