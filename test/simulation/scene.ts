import type { Job, JobDefinition } from '../../src/core/job.ts';
import type { Schedule } from '../../src/core/schedule.ts';
import { Cluster } from './cluster.ts';
import { JobHistory } from './history.ts';
import { memory } from './memory.ts';
import { Watch } from './watch.ts';

/** A profile that is watched from the first moment on. */
export type Scene = {
  readonly cluster: Cluster;
  readonly watch: Watch;
  readonly history: JobHistory;
  every(everyMs: number): Schedule;
  addJob(schedule: Schedule, extra?: Partial<JobDefinition>): Promise<Job>;
  /** Everything so far that contradicts a guarantee. */
  faults(): Promise<readonly string[]>;
};

/** @param wall where the wall clock begins; a Monday morning unless told */
export async function openScene(seed: number, wall?: number): Promise<Scene> {
  const cluster = await Cluster.open(seed, memory, 15_000, wall);
  const watch = new Watch(cluster);
  const history = new JobHistory();
  return {
    cluster,
    watch,
    history,
    every: (everyMs) => ({ kind: 'every', everyMs, anchor: cluster.timeline.now().wall }),
    addJob: async (schedule, extra) => {
      const job = await cluster.addJob(schedule, extra);
      watch.added(job);
      history.added(job);
      return job;
    },
    faults: async () => [
      ...watch.faults,
      ...(await history.judge(cluster.store)),
      ...(await cluster.store.upkeep.check()),
    ],
  };
}
