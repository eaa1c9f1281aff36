import type { Random } from '../../ports/clock.ts';

/** Chance, for back-off and jitter of our own waits; never for secrets. */
export const random: Random = () => Math.random();
