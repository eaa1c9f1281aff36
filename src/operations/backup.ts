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
    await store.upkeep.backup(path);
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
