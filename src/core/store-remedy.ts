import { advice, type ReasonCode, type Remedy } from './refusal.ts';

const texts: ReadonlyMap<ReasonCode, string> = new Map<ReasonCode, string>([
  ['store_full', 'Free some space on the disk of the home. It goes on by itself then.'],
  [
    'store_read_only',
    'Make the file system of the home writable, and the database writable for this user. It goes on by itself then.',
  ],
  [
    'store_corrupt',
    'Stop what runs, then put a backup in its place: cronkeeper restore FILE. The broken store is kept beside it.',
  ],
  [
    'store_unavailable',
    'Perhaps another program holds the database. End that program; what waits goes on by itself then.',
  ],
]);

/** What a person can do about a store that cannot answer; null for codes that are no outage of the store. */
export function storeRemedy(code: ReasonCode): Remedy | null {
  const text = texts.get(code);
  return text === undefined ? null : advice(text);
}
