import type { Job, JobDefinition } from '../../core/job.ts';
import { type JobAuthority, personal } from '../../core/maker.ts';
import { sealedDocument, text } from './columns.ts';
import { isDefinition } from './documents.ts';
import type { SqlRow } from './driver.ts';

type Content = Pick<Job, 'definition' | 'authority'>;

/** What was found whole, by its text: the same job is read for its decision, its start and its end. The oldest go first. */
const found = new Map<string, Content>();
const foundAtMost = 2_000;
/** Longer ones are rare, and would take much memory. */
const longestFound = 4_096;

/** What a job does and whose it is stand under one seal. One from before anybody asked is a person's, its pause too, and has no ping. */
export function contentOf(row: SqlRow): Content {
  const written = text(row, 'definition');
  const known = found.get(written);
  if (known !== undefined) return known;
  const sealed: JobDefinition & { readonly authority?: JobAuthority } = sealedDocument(
    row,
    'definition',
    isDefinition,
  );
  const { authority, ...older } = sealed;
  const definition = { ...older, ping: older.ping ?? null };
  if (authority === undefined) {
    const pausedBy = row['state'] === 'paused' ? 'person' : null;
    return { definition, authority: { ...personal, pausedBy } };
  }
  const content = { definition, authority };
  if (written.length <= longestFound) remember(written, content);
  return content;
}

function remember(written: string, content: Content): void {
  found.set(written, content);
  if (found.size <= foundAtMost) return;
  const { value: oldest } = found.keys().next();
  if (oldest !== undefined) found.delete(oldest);
}
