import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { stumbles } from './axe.ts';
import { play } from './play.ts';
import { liveIn } from './seed.ts';

const scene = play();

type Place = { readonly path: string; readonly ready: string };

const places: readonly Place[] = [
  { path: '/jobs', ready: 'Nightly backup' },
  { path: '/jobs/JOB', ready: 'Recent runs' },
  { path: '/jobs/new', ready: 'Preview' },
  { path: '/jobs/JOB/edit', ready: 'Understood as' },
  { path: '/settings', ready: 'Who may come in' },
];

/** Wider than the window: then a phone scrolls sideways. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const phone = { width: 390, height: 844 };

for (const colorScheme of ['light', 'dark'] as const) {
  scene(
    `nobody stumbles over a page in ${colorScheme}, and a phone shows all of it`,
    // The judge of pages adds a script to them, which their policy forbids to everybody else.
    { prepare: ({ world }) => liveIn(world), colorScheme, bypassCSP: true },
    async ({ page, house }) => {
      const [job] = await house.world.store.jobs.byName('default', 'nightly backup');
      for (const { path, ready } of places) {
        await page.goto(house.door.url + path.replace('JOB', job?.id ?? ''));
        await page.getByText(ready).first().waitFor();
        assert.deepEqual(await stumbles(page), [], `${path} in ${colorScheme}`);
        await page.setViewportSize(phone);
        assert.equal(await overflow(page), 0, `${path} is wider than a phone`);
        if (colorScheme === 'dark')
          assert.deepEqual(await stumbles(page), [], `${path} on a phone`);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
      house.world.dead.add(812);
      await page.getByText('Nothing will run.').waitFor();
      await page.getByRole('button', { name: 'Run at boot…' }).click();
      assert.deepEqual(await stumbles(page), [], `the banner and its dialog in ${colorScheme}`);
    },
  );
}

scene(
  'the theme follows the system until somebody chooses, and is kept',
  {
    prepare: ({ world }) => liveIn(world),
    colorScheme: 'light',
  },
  async ({ page, house }) => {
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    await page.goto(`${house.door.url}/settings`);
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await paper();
    assert.notEqual(dark, light);
    await page.getByRole('radio', { name: 'Light' }).check();
    assert.equal(await paper(), light);
    await page.reload();
    await page.getByRole('radio', { name: 'Light' }).waitFor();
    assert.equal(await paper(), light);
  },
);
