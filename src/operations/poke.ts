import type { OperationContext } from './operation.ts';

/** How many neighbours are poked; more than this many processes of one profile are found by their own polling. */
const maxPoked = 100;

/** Tells every living instance of the profile that the store changed. A hint: it never fails and nothing depends on it. */
export async function pokeAll(context: OperationContext): Promise<void> {
  const instances = await context.store.instances.list(context.profile);
  const alive = instances.filter(({ process }) => context.processes.life(process) === 'alive');
  await Promise.all(alive.slice(0, maxPoked).map(({ socket }) => context.neighbours.poke(socket)));
}
