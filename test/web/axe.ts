import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What a screen reader or a weak eye would stumble over, one line each; with `only`, by these rules. */
export async function stumbles(
  page: Page,
  only: readonly string[] = [],
): Promise<readonly string[]> {
  const judge = new AxeBuilder({ page });
  if (only.length > 0) judge.withRules([...only]);
  const { violations, passes } = await judge.analyze();
  if (passes.length < (only.length > 0 ? 1 : 10))
    throw new Error('axe saw hardly anything: is this a page?');
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
