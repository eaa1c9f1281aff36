import { ownership } from './ownership.ts';
import { peers } from './peers.ts';
import type { Sabotage } from './sabotage.ts';
import { torture } from './torture.ts';

export const sabotages: readonly Sabotage[] = [...ownership, ...peers, ...torture];

/** @throws when there is none of this name */
export function sabotageNamed(name: string): Sabotage {
  const found = sabotages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no sabotage "${name}".`);
  return found;
}
