import { sha256 } from '../core/sha256.ts';

/** Tells contents apart without keeping them, because they may be secret. The order of keys does not matter. */
export function hashOf(value: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return sha256(JSON.stringify(sorted));
}
