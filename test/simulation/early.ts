import assert from 'node:assert/strict';
import type { JobDefinition } from '../../src/core/job.ts';
import type { World } from '../../src/loops/world.ts';
import { plainEnvironments } from './machine.ts';
import { Solo } from './solo.ts';

export type Prepare = { readonly runId: string; readonly argv: string; readonly beforeMs: number };

/** One instance that prepares early; `prepared` is everything that it prepared, and how long before `dueAt`. */
export async function openEarly(
  change: (world: World) => Partial<World> = () => ({}),
): Promise<{ solo: Solo; prepared: Prepare[]; dueAt: number; begin: () => void }> {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  const dueAt = solo.cluster.timeline.now().wall + 10_000;
  const prepared: Prepare[] = [];
  const begin = (): void =>
    solo.start((world) => {
      const changed = { ...world, ...change(world) };
      const { executor, clock } = changed;
      return {
        ...changed,
        executor: {
          ...executor,
          prepare: (order) => {
            const beforeMs = dueAt - clock.now().wall;
            prepared.push({ runId: order.key.runId, argv: order.argv.join(' '), beforeMs });
            return executor.prepare(order);
          },
        },
      };
    });
  return { solo, prepared, dueAt, begin };
}

/** What became of the processes of all attempts, in the order in which they were made. */
export const children = (solo: Solo): readonly string[] =>
  [...solo.cluster.machine.children.values()].map(
    ({ order, state, startedAt }) =>
      `${order.argv.join(' ')} ${startedAt === null && state === 'over' ? 'unopened' : state}`,
  );

/** A person changes a job. */
export async function edit(solo: Solo, id: string, change: Partial<JobDefinition>): Promise<void> {
  const { store, timeline } = solo.cluster;
  const job = await store.jobs.get('default', id);
  assert.ok(job !== null);
  await store.jobs.change({
    profile: 'default',
    jobId: id,
    seen: { revision: job.revision, nextFireAt: job.nextFireAt },
    after: {
      ...job,
      revision: job.revision + 1,
      definition: { ...job.definition, ...change },
    },
    decisions: [],
    entry: {
      profile: 'default',
      at: timeline.now().wall,
      actor: 'person',
      kind: 'job.edit',
      subject: id,
      detail: {},
    },
  });
  solo.poke();
}

/** What a job is changed to. */
export const other = { action: { kind: 'command', argv: ['other'], shell: false } } as const;

/** A file of the environment names a secret, which all runs are told. */
export const secretInFile: World['environments'] = {
  ...plainEnvironments,
  base: () => ({ own: {}, files: [{ path: '/env', names: { KEY: '$' + '{secret:key}' } }] }),
};
