import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from '../journeys/program.ts';
import { stumbles } from './axe.ts';
import { liveWithRun } from './begun.ts';
import { play } from './play.ts';

const scene = play();

const places = [
  { path: '/', ready: 'What did not go well' },
  { path: '/runs', ready: 'Nightly backup' },
  { path: '/runs/RUN', ready: 'a red line' },
  { path: '/timeline', ready: 'The numbers as a table' },
  { path: '/owner', ready: 'Alive for this profile' },
  { path: '/inbox', ready: 'Mark all as read' },
] as const;

/** Wider than the window: then a phone scrolls sideways. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 800 };

for (const colorScheme of ['light', 'dark'] as const) {
  // Another theme has the same parts with the same names; only what is seen of them differs.
  const only = colorScheme === 'dark' ? ['color-contrast'] : [];
  scene(
    `nobody stumbles over runs, time, owner and inbox in ${colorScheme}, and a phone shows all of them`,
    // The judge of pages adds a script to them, which their policy forbids to everybody else.
    { colorScheme, bypassCSP: true },
    async ({ page, house }) => {
      const { run } = await liveWithRun(
        house.world,
        '\u001b[31ma red line\u001b[0m\n\u001b[33;44mon blue\u001b[0m\n\u001b[7mturned\u001b[0m\n\u001b[2mdim\u001b[0m\n',
      );
      for (const { path, ready } of places) {
        await page.setViewportSize(desk);
        await page.goto(house.door.url + path.replace('RUN', run));
        await page.getByRole('main').getByText(ready).first().waitFor();
        assert.deepEqual(await stumbles(page, only), [], `${path} in ${colorScheme}`);
        await page.setViewportSize(phone);
        // What is drawn to the width of the window is drawn anew a moment after that has changed.
        const isNarrow = async () => ((await overflow(page)) === 0 ? true : undefined);
        await until(`${path} is no wider than a phone`, isNarrow, 5_000);
      }
      await page.setViewportSize(desk);
      await page.goto(`${house.door.url}/owner`);
      await page.getByRole('button', { name: 'Appoint …' }).press('Enter');
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await stumbles(page, only), [], `appointing in ${colorScheme}`);
    },
  );
}
