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

/** Colours are judged in both themes, and how things lie at both widths; what one has to do with the other is little. */
const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;

for (const { colorScheme, viewport } of looks) {
  const where = `${colorScheme}, ${viewport.width} wide`;
  scene(
    `nobody stumbles over a page, and all of it is seen: ${where}`,
    // The judge of pages adds a script to them, which their policy forbids to everybody else.
    { prepare: ({ world }) => liveIn(world), colorScheme, viewport, bypassCSP: true, at: '/jobs' },
    async ({ page, house }) => {
      const [job] = await house.world.store.jobs.byName('default', 'nightly backup');
      for (const { path, ready } of places) {
        await page.goto(house.door.url + path.replace('JOB', job?.id ?? ''));
        await page.getByText(ready).first().waitFor();
        assert.equal(await overflow(page), 0, `${path} is wider than its window: ${where}`);
        assert.deepEqual(await stumbles(page), [], `${path}: ${where}`);
      }
      house.world.dead.add(812);
      await page.getByRole('button', { name: 'Run at boot…' }).click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await stumbles(page), [], `the banner and its dialog: ${where}`);
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
