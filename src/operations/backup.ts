import { advice, Refusal } from '../core/refusal.ts';
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
    const path = readFolder(input.path, cwd ?? nowhere);
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

function nowhere(): never {
  throw new Refusal('usage', 'The path must be absolute.', { kind: 'usage' });
}

const full = { why: 'Its disk is full.', next: 'Free some space there, or choose another folder.' };
const readOnly = { why: 'Its file system is read-only.', next: 'Choose another folder.' };
const forbidden = { why: 'This process may not write there.', next: 'Choose another folder.' };

/** The store only reads: what is full or read-only is where the copy goes. */
const reasons = new Map([
  [
    'EEXIST',
    {
      why: 'There is a file of this name already; a backup never writes over one.',
      next: 'Choose another name, or move that file away.',
    },
  ],
  ['ENOENT', { why: 'Its folder does not exist.', next: 'Make the folder, or choose another.' }],
  ['ENOTDIR', { why: 'A part of its path is no folder.', next: 'Choose another folder.' }],
  ['ENAMETOOLONG', { why: 'Its name is too long.', next: 'Choose another name.' }],
  ['EACCES', forbidden],
  ['EPERM', forbidden],
  ['EROFS', readOnly],
  ['store_read_only', readOnly],
  ['ENOSPC', full],
  ['EDQUOT', full],
  ['store_full', full],
]);

/** What a person can mend; null for an outage. */
function refusalFor(error: unknown, path: string): Refusal | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const reason = reasons.get(String(error.code));
  if (reason === undefined) return null;
  return new Refusal('usage', `${path}: ${reason.why}`, {
    kind: 'usage',
    remedy: advice(reason.next),
    cause: error,
  });
}
