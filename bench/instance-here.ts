import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, JobDefinition } from '../src/core/job.ts';
import { definitionDefaults } from '../src/core/job.ts';
import { personal } from '../src/core/maker.ts';
import { runInstance } from '../src/loops/instance.ts';
import { type Base, openBase } from '../src/main/base.ts';
import { makeWorld, openLog } from '../src/main/instance.ts';
import { keepHelpersAsleep } from '../src/main/runtime.ts';
import type { Executor } from '../src/ports/executor.ts';

/** Jobs written in one commit. */
const batch = 1_000;
export const profile = 'default';

/** A home of its own, opened as every process of ours opens it. */
export async function openHomeIn(folder: string, settings: object): Promise<Base> {
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700, recursive: true });
  // JSON is YAML.
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(settings), { mode: 0o600 });
  const base = await openBase(home);
  await base.store.profiles.ensure(profile, base.clock.now().wall, 'bench');
  return base;
}

/** Writes `count` jobs as a person's `apply` would. */
export async function addJobs(
  base: Base,
  count: number,
  definitionOf: (n: number) => Partial<JobDefinition> & Pick<JobDefinition, 'schedule'>,
  nextFireAt: (n: number) => number,
): Promise<void> {
  const at = base.clock.now().wall;
  for (let start = 0; start < count; start += batch) {
    const creations = Array.from({ length: Math.min(batch, count - start) }, (_, index) => {
      const n = start + index;
      const job: Job = {
        id: base.ids.next(),
        profile,
        revision: 1,
        state: 'enabled',
        pausedReason: null,
        definition: {
          ...definitionDefaults,
          name: `job ${n}`,
          action: { kind: 'command', argv: ['/bin/true'], shell: false },
          cwd: '/',
          env: {},
          deliver: [],
          ...definitionOf(n),
        },
        authority: personal,
        nextFireAt: nextFireAt(n),
        scheduledRuns: 0,
        createdAt: at,
        updatedAt: at,
      };
      const entry = { profile, at, actor: 'bench', kind: 'job.added', subject: job.id, detail: {} };
      return { job, key: null, entry };
    });
    await base.store.jobs.apply(creations, []);
  }
}

/** Lives as the instance that owns the profile, wired as a runner is; answers how to end it. */
export function beginInstance(base: Base, executor: Executor): () => Promise<void> {
  keepHelpersAsleep();
  const log = openLog(base, 'runner', false);
  const wish = { role: 'runner', schedules: true, profile, url: null, executor, log } as const;
  const over = new AbortController();
  const living = runInstance(makeWorld(base, wish), over.signal, { until: 'forever' });
  return async () => {
    over.abort();
    await living;
  };
}
