import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';

/** Kinds of file system, by the number that statfs(2) gives on Linux, on which SQLite's locks and shared memory cannot be trusted. */
const networkKinds: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x47504653, 'GPFS'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
  [0xaad7aaea, 'PanFS'],
  [0x19830326, 'BeeGFS'],
  [0x786f4256, 'a VirtualBox share'],
  [0xbacbacbc, 'a VMware share'],
  [0x7c7c6673, 'a Parallels share'],
]);

/** The name of the network file system with this number, or null when it is not one of those. */
export const networkKindOf = (type: number): string | null =>
  // The number may come sign-extended.
  networkKinds.get(type >>> 0) ?? null;

/**
 * The kind of network file system that holds `path`, from the output of `mount` on macOS, where each local one is marked
 * `local`: "//u@nas/share on /Volumes/share (smbfs, nodev, mounted by u)". Null when it is local or not listed.
 */
export function networkKindFromMount(output: string, path: string): string | null {
  let best: { readonly folder: string; readonly kind: string | null } = { folder: '', kind: null };
  for (const line of output.split('\n')) {
    const match = /^.* on (\/.*) \(([^()]*)\)$/.exec(line);
    if (!match) continue;
    const [, folder = '', options = ''] = match;
    const inside = folder === '/' || path === folder || path.startsWith(`${folder}/`);
    if (!inside || folder.length < best.folder.length) continue;
    const [kind = '', ...flags] = options.split(', ');
    best = { folder, kind: flags.includes('local') ? null : kind };
  }
  return best.kind;
}

/** Names the network file system that holds the existing folder `path`; null when it is a local one. */
export function networkFileSystemOf(path: string): string | null {
  if (process.platform !== 'darwin') return networkKindOf(statfsSync(path).type);
  const output = execFileSync('/sbin/mount', [], {
    encoding: 'utf8',
    timeout: 2_000,
    env: { LC_ALL: 'C' },
  });
  return networkKindFromMount(output, path);
}
