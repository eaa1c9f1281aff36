import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { jobsPause } from '../../src/operations/jobs-state.ts';
import { until } from '../journeys/program.ts';
import { withHolder } from '../operations/world.ts';
import { play } from './play.ts';
import { liveIn } from './seed.ts';

const scene = play();
const lived = {
  at: '/jobs',
  prepare: ({ world }: { world: Parameters<typeof liveIn>[0] }) => liveIn(world),
};

/** Answers to these wishes stay out until they are let go. */
async function hold(page: Page, path: string): Promise<{ asked(): number; letGo(): void }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  await page.route(path, async (route) => {
    count += 1;
    await promise;
    await route.continue();
  });
  return { asked: () => count, letGo: resolve };
}

/** Two keys that belong together. On a busy machine they may come too far apart to be taken so; a person presses them again. */
async function go(page: Page, letter: string, title: string): Promise<void> {
  const heading = page.getByRole('heading', { name: title, exact: true });
  for (let tries = 0; tries < 5; tries += 1) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    const came = await heading.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
    if (came) return;
  }
  throw new Error(`g ${letter} does not lead to ${title}`);
}

scene('the list says what, when, next, last and by whom', lived, async ({ page }) => {
  await page.getByRole('row', { name: /Nightly backup/ }).waitFor();
  await go(page, 's', 'Settings');
  await go(page, 'j', 'Jobs');
  const row = page.getByRole('row', { name: /Nightly backup/ });
  const text = await row.innerText();
  for (const said of ['restic backup /srv', 'at 03:00', 'New York', 'in 23 h', 'runner 812'])
    assert.ok(text.includes(said), `no "${said}" in ${text}`);
  const strip = row.getByRole('img', { name: /Last 10, oldest first: .*missed, missed/ });
  await strip.waitFor();
  // Two zones: the viewer is in Berlin.
  assert.match(text, /Mon 09:00/);
  assert.match(text, /Mon 03:00 in New York/);
});

scene(
  'two keys that lead to a page do nothing to the row they are pressed on',
  lived,
  async (seen) => {
    const { page, house } = seen;
    await page.getByRole('row', { name: /Nightly backup/ }).focus();
    await go(page, 'r', 'Runs');
    const { requests } = house.world.store;
    assert.deepEqual(await requests.waiting('default', 100), []);
    await page.getByRole('grid', { name: 'Runs' }).getByRole('row').nth(1).focus();
    await go(page, 'j', 'Jobs');
    await page.getByRole('row', { name: /Nightly backup/ }).focus();
    await page.keyboard.press('g');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('r');
    await page.getByText(/Queued: |Running: /).waitFor();
  },
);

scene(
  'a list of thousands has few rows, and reads on to its end',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      for (let count = 0; count < 400; count += 1)
        await world.ask(jobsAdd, {
          when: 'every 1h',
          command: ['work'],
          name: `job ${String(count).padStart(5, '0')}`,
        });
    },
  },
  async ({ page }) => {
    const grid = page.getByRole('grid', { name: 'Jobs' });
    await grid.getByRole('row', { name: /job 00000/ }).focus();
    const rows = () => grid.getByRole('row').count();
    assert.ok((await rows()) < 80, `${await rows()} rows exist`);
    for (let tries = 0; tries < 60; tries += 1) {
      await page.keyboard.press('End');
      if (await grid.getByRole('row', { name: /job 00399/ }).isVisible()) break;
      await page.waitForTimeout(50);
    }
    await grid.getByRole('row', { name: /job 00399/ }).waitFor();
    assert.ok((await rows()) < 80);
    await page.keyboard.press('/');
    await page.keyboard.type('00333 job');
    await grid.getByRole('row', { name: /job 00333/ }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /^1 job$/ })
      .waitFor();
    assert.match(page.url(), /search=00333/);
    const stop = grid.locator('[role=row][tabindex="0"]');
    for (let tries = 0; tries < 10; tries += 1) {
      await page.keyboard.press('Tab');
      if (await stop.evaluate((row) => row.matches(':focus'))) break;
    }
    assert.match(await grid.locator('[role=row]:focus').innerText(), /job 00333/);
  },
);

scene(
  'run now clicked or pressed twenty times is one request each',
  lived,
  async ({ page, house }) => {
    const button = page.getByRole('button', { name: 'Run now: Photo import' });
    let asked = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST' && /\/run\?/.test(request.url())) asked += 1;
    });
    // In the page itself, so that no pause between test and browser makes two wishes of one.
    await button.evaluate(async (element: { click(): void }) => {
      for (let count = 0; count < 20; count += 1) {
        element.click();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await page.getByText(/Queued: Photo import|Running: Photo import/).waitFor();
    const row = page.getByRole('row', { name: /Renew certificates/ });
    await row.evaluate(async (element: { dispatchEvent(event: unknown): void }) => {
      for (let count = 0; count < 20; count += 1) {
        const pressed: unknown = Reflect.construct(Reflect.get(globalThis, 'KeyboardEvent'), [
          'keydown',
          { key: 'r', bubbles: true },
        ]);
        element.dispatchEvent(pressed);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await page.getByText(/Queued: Renew certificates|Running: Renew certificates/).waitFor();
    const waiting = await house.world.store.requests.waiting('default', 100);
    assert.equal(waiting.filter(({ kind }) => kind === 'run').length, 2);
    // The door would have known, too; the page did not even ask.
    assert.equal(asked, 2);
  },
);

scene(
  'by keyboard: move, pause with a reason, resume, select many, remove them',
  lived,
  async ({ page, house }) => {
    const { store } = house.world;
    const stateOf = async (name: string) =>
      (await store.jobs.byName('default', name)).map(({ state, pausedReason }) => [
        state,
        pausedReason,
      ]);
    await page.getByRole('row', { name: /Clean old containers/ }).focus();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'Pause Morning mail digest' }).waitFor();
    await page.keyboard.type('holidays');
    await page.keyboard.press('Enter');
    await page.getByText('Paused: holidays').waitFor();
    assert.deepEqual(await stateOf('Morning mail digest'), [['paused', 'holidays']]);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // The browser gives the focus back to the row.
    await page.keyboard.press('p');
    await page.getByText('Paused: holidays').waitFor({ state: 'detached' });
    assert.deepEqual(await stateOf('Morning mail digest'), [['enabled', null]]);
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press(' ');
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Remove 2 jobs' }).press('Enter');
    await page.getByText('Remove: done for 2').waitFor();
    assert.deepEqual(await stateOf('Morning mail digest'), []);
    assert.deepEqual(await stateOf('Nightly backup'), []);
  },
);

scene(
  'keys are for the row they are pressed on, also while an answer about another is awaited',
  {
    ...lived,
    prepare: async ({ world }) => {
      await liveIn(world);
      for (const job of ['Photo import', 'Sync calendar']) await world.ask(jobsPause, { job });
    },
  },
  async ({ page, house }) => {
    const { store } = house.world;
    const press = async (key: string, job: string) => {
      await page.getByRole('row', { name: new RegExp(job) }).focus();
      await page.keyboard.press(key);
    };
    const runs = await hold(page, '**/run?*');
    await press('r', 'Renew certificates');
    await press('r', 'Nightly backup');
    await press('r', 'Renew certificates');
    await page.waitForTimeout(200);
    runs.letGo();
    await page.getByText(/(Queued|Running): Renew certificates/).waitFor();
    await page.getByText(/(Queued|Running): Nightly backup/).waitFor();
    assert.equal(runs.asked(), 2);
    const resumes = await hold(page, '**/resume?*');
    await press('p', 'Photo import');
    await press('p', 'Sync calendar');
    await page.waitForTimeout(200);
    assert.equal(await page.getByText(/^Resumed /).count(), 0, 'said before it is so');
    resumes.letGo();
    await page.getByText(/^Resumed /).waitFor();
    const states = async () =>
      (await store.jobs.list('default', { after: null, limit: 100 })).filter(
        ({ state, definition }) => state === 'paused' && definition.name !== 'Rotate keys',
      );
    await until('both are enabled', async () => (await states()).length === 0 || undefined);
  },
);

scene('what many are asked stops where somebody cancels it', lived, async ({ page, house }) => {
  const { store } = house.world;
  for (const name of ['Photo import', 'Sync calendar', 'Nightly backup'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
  const pauses = await hold(page, '**/pause?*');
  await page.getByRole('button', { name: 'Pause 3 jobs' }).press('Enter');
  await page.getByRole('button', { name: '1 of 3 …' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).press('Enter');
  pauses.letGo();
  await page.getByText('Pause: stopped after 1 of 3').waitFor();
  await page.getByText('2 selected').waitFor();
  const jobs = await store.jobs.list('default', { after: null, limit: 100 });
  const paused = jobs.filter(({ state }) => state === 'paused');
  assert.deepEqual(paused.map(({ definition }) => definition.name).sort(), [
    'Photo import',
    'Rotate keys',
  ]);
});

scene('the search follows the address when a link changes it', lived, async ({ page }) => {
  const field = page.getByRole('searchbox', { name: 'Search the jobs' });
  const rows = page.getByRole('grid', { name: 'Jobs' }).getByRole('row');
  for (const back of ['Show all jobs', 'Jobs']) {
    await field.fill('no such job');
    await page.getByRole('heading', { name: 'No job matches' }).waitFor();
    assert.match(page.url(), /search=/);
    await page.getByRole('link', { name: back, exact: true }).first().click();
    await rows.nth(5).waitFor();
    // Longer than a hand rests before it is asked.
    await page.waitForTimeout(600);
    assert.doesNotMatch(page.url(), /search=/);
    assert.equal(await field.inputValue(), '');
  }
});

scene(
  'whoever may only read is offered nothing else',
  { ...lived, scope: 'read' },
  async ({ page, house }) => {
    await page.getByRole('row', { name: /Nightly backup/ }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'New job' }).count(), 0);
    await page.getByRole('link', { name: 'Nightly backup' }).click();
    await page.getByRole('heading', { name: 'Nightly backup' }).waitFor();
    for (const name of ['Edit', 'Pause', 'Remove', /^Run now/])
      assert.equal(await page.getByRole('main').getByRole('button', { name }).count(), 0);
    await page.goto(`${house.door.url}/settings`);
    await page.getByText('Your session may not').waitFor();
  },
);

scene('menus open, move and act by keyboard', lived, async ({ page }) => {
  await page.getByRole('button', { name: 'More for Sync calendar' }).press('Enter');
  const on = (name: string) => page.locator('[role=menuitem]:focus', { hasText: name }).waitFor();
  await on('Open');
  await page.keyboard.press('ArrowDown');
  await on('Edit');
  await page.keyboard.press('ArrowDown');
  await on('Pause');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Pause Sync calendar' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Theme, keys and signing out' }).first().press('Enter');
  await page.getByRole('menuitemradio', { name: 'Dark' }).press('Enter');
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
});
