import { Refusal } from '../core/refusal.ts';
import { backupInput } from './inputs.ts';
import { operation } from './operation.ts';
import { backupOutput } from './outputs.ts';
import { readFolder } from './values.ts';

/** A complete copy of the store, made while others write. Stored output of runs is not part of it. */
export const backup = operation({
  name: 'backup',
  summary: 'Copy the store into a new file',
  input: backupInput,
  output: backupOutput,
  scope: 'admin',
  async handle({ store, cwd, profile, actor, clock }, input) {
    if (cwd === null && !input.path.startsWith('/'))
      throw new Refusal('usage', 'The path must be absolute.', { kind: 'usage' });
    const path = readFolder(input.path, cwd ?? '/');
    try {
      await store.upkeep.backup(path);
    } catch (error) {
      throw refusalFor(error, path) ?? error;
    }
    await store.audit.append({
      profile,
      at: clock.now().wall,
      actor,
      kind: 'store.backed_up',
      subject: path,
      detail: {},
    });
    return { path };
  },
});

const reasons = new Map([
  ['EEXIST', 'There is a file of this name already; a backup never writes over one.'],
  ['ENOENT', 'Its folder does not exist.'],
  ['EACCES', 'This process may not write there.'],
]);

/** What a person can mend; null for an outage. */
function refusalFor(error: unknown, path: string): Refusal | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const reason = reasons.get(String(error.code));
  return reason === undefined ? null : new Refusal('usage', `${path}: ${reason}`, { cause: error });
}
