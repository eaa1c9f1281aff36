import { join } from 'node:path';

/** A file that macOS lets only processes with Full Disk Access read, or null where nothing of the kind exists and it is met. */
export function probeFullDiskAccess(
  platform: string,
  env: Readonly<Record<string, string>>,
): string | null {
  if (platform !== 'darwin') return null;
  return join(env['HOME'] ?? '/', 'Library/Application Support/com.apple.TCC/TCC.db');
}
