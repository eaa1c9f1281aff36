import { toIso } from '../../core/instant.ts';
import { overdueLimitMs } from '../../core/readiness.ts';
import type { OperationContext } from '../../operations/operation.ts';
import { readinessAnswer, readReadiness } from '../../operations/readiness.ts';

/** What a monitor gets: 200 while all is well, 503 when somebody should look. */
export type Health = {
  readonly status: 200 | 503;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Whether the jobs of the profile run: red when nothing will run them, or when one is overdue. */
export async function healthOf(context: OperationContext): Promise<Health> {
  const { readiness, overdueMs, now } = await readReadiness(context);
  const isWell = readiness.willRun && overdueMs <= overdueLimitMs;
  return {
    status: isWell ? 200 : 503,
    body: {
      status: isWell ? 'pass' : 'fail',
      profile: context.profile,
      at: toIso(now),
      overdueMs,
      readiness: readinessAnswer(readiness),
    },
  };
}

/** Whether this process can answer: it reaches its store. Whether jobs run is not its business. */
export async function readyOf({ store, version }: OperationContext): Promise<Health> {
  await store.profiles.list();
  return { status: 200, body: { status: 'pass', version } };
}
