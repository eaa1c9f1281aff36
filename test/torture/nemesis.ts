import type { Fault } from './evidence.ts';
import { bootMs, type Field } from './field.ts';

/** A number in [0, 1), the same series for the same seed. */
export type Chance = () => number;

/** Something that does harm and mends it again. It ends by itself, and says what it did. */
export type Nemesis = {
  readonly name: string;
  /** How often it is chosen, compared with the others. */
  readonly weight: number;
  /** Null when there was nothing to harm. */
  strike(field: Field, chance: Chance): Promise<Strike | null>;
};

/** What a nemesis did. `from` and `until` are taken from the clock where they are not told. */
export type Strike = Partial<Omit<Fault, 'name'>> & { readonly from: number };

export function faultOf(name: string, strike: Strike): Fault {
  return {
    name,
    until: bootMs(),
    entitledAt: null,
    detail: '',
    kills: 0,
    pauses: 0,
    quietMs: 0,
    epochs: null,
    complaint: null,
    killedRuns: [],
    takeoverMs: null,
    ...strike,
  };
}

export const between = (chance: Chance, least: number, most: number): number =>
  least + chance() * (most - least);

/** Small values as often as great ones: each doubling is equally likely. */
export const spread = (chance: Chance, least: number, most: number): number =>
  least * (most / least) ** chance();

export function pick<T>(chance: Chance, from: readonly T[]): T | undefined {
  return from[Math.floor(chance() * from.length)];
}

export function shuffled<T>(chance: Chance, from: readonly T[]): T[] {
  return from
    .map((one) => ({ one, order: chance() }))
    .sort((one, other) => one.order - other.order)
    .map(({ one }) => one);
}

/** Chooses by weight. */
export function choose(chance: Chance, from: readonly Nemesis[]): Nemesis {
  let left = chance() * from.reduce((sum, { weight }) => sum + weight, 0);
  for (const nemesis of from) {
    left -= nemesis.weight;
    if (left < 0) return nemesis;
  }
  const [first] = from;
  if (first === undefined) throw new Error('There is no nemesis to choose from.');
  return first;
}
