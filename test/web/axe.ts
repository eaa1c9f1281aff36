import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What a screen reader or a weak eye would stumble over, one line each. */
export async function stumbles(page: Page): Promise<readonly string[]> {
  const { violations, passes } = await new AxeBuilder({ page }).analyze();
  if (passes.length < 10) throw new Error('axe saw hardly anything: is this a page?');
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
