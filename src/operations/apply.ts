import type { z } from 'zod';
import { readApplyFile, refuseFile } from './apply-file.ts';
import { type PlanItem, planApply, plannedJob, planRemovals } from './apply-plan.ts';
import { requireRoom, writePlan } from './apply-writes.ts';
import { applyInput } from './inputs.ts';
import { readMaking } from './making.ts';
import { type OperationContext, operation } from './operation.ts';
import { applyOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { readPresentJobs } from './present-jobs.ts';
import { ensureProfile, requireProfile } from './profile-check.ts';
import { readinessAnswer, readReadiness } from './readiness.ts';

const maxItemsShown = 1_000;

/** Idempotent: applied twice, the second time changes nothing. With one problem in the file nothing is applied at all. */
export const apply = operation({
  name: 'apply',
  summary: 'Make the jobs be as a file says',
  input: applyInput,
  output: applyOutput,
  scope: 'edit',
  async handle(context, { file, plan, prune }) {
    const wanted = await readApplyFile(context, file);
    if (!plan) await readMaking(context);
    await (plan ? requireProfile(context) : ensureProfile(context));
    const present = await readPresentJobs(context);
    const { items, problems } = await planApply(context, wanted, present);
    refuseFile(problems);
    const removals = prune ? planRemovals(items, present) : [];
    const done = await carryOut(context, [...items, ...removals], plan);
    return planAnswer(context, done, plan);
  },
});

/**
 * Writes the plan unless it was only to be shown.
 *
 * @throws Refusal `quota_reached` before anything is written
 * @returns what was done about each, in the same order: somebody may have made or changed a job since it was planned
 */
export async function carryOut(
  context: OperationContext,
  items: readonly PlanItem[],
  onlyShow: boolean,
): Promise<readonly PlanItem[]> {
  await requireRoom(context, items);
  if (onlyShow || items.every(({ action }) => action === 'unchanged')) return items;
  const written = await writePlan(context, items);
  await pokeAll(context);
  return written;
}

export async function planAnswer(
  context: OperationContext,
  items: readonly PlanItem[],
  onlyShow: boolean,
): Promise<z.output<typeof applyOutput>> {
  const counts = { create: 0, change: 0, unchanged: 0, remove: 0 };
  for (const { action } of items) counts[action] += 1;
  const view = await readReadiness(context);
  return {
    applied: !onlyShow,
    counts,
    items: items.slice(0, maxItemsShown).map(itemAnswer),
    warnings: [...view.warnings],
    readiness: readinessAnswer(view.readiness),
  };
}

function itemAnswer(item: PlanItem): z.output<typeof applyOutput>['items'][number] {
  const job = plannedJob(item);
  return {
    action: item.action,
    name: job.definition.name,
    id: job.id,
    changed: item.action === 'change' ? [...item.changed] : [],
  };
}
