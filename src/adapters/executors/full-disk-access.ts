import { join } from 'node:path';
import { grantWords } from '../../core/node-place.ts';

/** A file that macOS lets only processes with Full Disk Access read, or null where nothing of the kind exists and it is met. */
export function probeFullDiskAccess(
  platform: string,
  env: Readonly<Record<string, string>>,
): string | null {
  if (platform !== 'darwin') return null;
  return join(env['HOME'] ?? '/', 'Library/Application Support/com.apple.TCC/TCC.db');
}

/** On a Mac a denied or endless opening is a matter of a grant, and that belongs to the executable of the service; empty elsewhere. */
export const grantHint = (
  platform: string = process.platform,
  executable: string = process.execPath,
): string => (platform === 'darwin' ? ` It needs Full Disk Access. ${grantWords(executable)}` : '');
