import assert from 'node:assert/strict';
import type { Page, Request } from 'playwright-core';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { jobsRemove } from '../../src/operations/jobs-state.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { withHolder } from '../operations/world.ts';
import { play } from './play.ts';
import { liveIn } from './seed.ts';

const scene = play();

scene(
  'the banner comes when the owner goes, says what to do, and goes when one is there',
  {
    at: '/jobs',
    prepare: ({ world }) => liveIn(world),
  },
  async ({ page, house }) => {
    await page.getByText('Jobs will run').filter({ visible: true }).waitFor();
    const banner = page.getByRole('alert').filter({ hasText: 'Nothing will run.' });
    assert.equal(await banner.count(), 0);
    house.world.dead.add(812);
    await banner.waitFor();
    await banner.getByText('cronkeeper runner').waitFor();
    await page.getByText('nobody').first().waitFor();
    await banner.getByRole('button', { name: 'Run at boot…' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Run jobs from boot on' });
    // The machine of the stage has no service manager; what can be done there is shown.
    await dialog.getByText('* * * * * cronkeeper tick').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await banner.getByRole('button', { name: 'Let this dashboard schedule…' }).press('Enter');
    await page.getByRole('dialog').getByText('cronkeeper dashboard --schedule').waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${house.door.url}/settings`);
    await banner.waitFor();
    await withHolder(house.world, { pid: 900 });
    await banner.waitFor({ state: 'detached' });
  },
);

scene('a job that will not run says so when it is saved', { at: '/jobs/new' }, async ({ page }) => {
  await page.getByRole('textbox', { name: 'When should it run?' }).fill('in 20s');
  await page.getByRole('textbox', { name: 'What should it run?' }).fill('true');
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await preview.getByText('It will not run.').waitFor();
  await page.getByRole('button', { name: 'Save the job' }).press('Enter');
  await page.getByText(/It will not run: no scheduler/).waitFor();
});

scene(
  'what others change is seen without a reload',
  {
    at: '/jobs',
    prepare: ({ world }) => withHolder(world),
  },
  async ({ page, house }) => {
    await page.getByText('No jobs yet').waitFor();
    await house.world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'From a terminal' });
    await page.getByRole('row', { name: /From a terminal/ }).waitFor();
  },
);

/** In the browser: whether somebody looks at this tab. */
const hide = (page: Page, isHidden: boolean) =>
  page.evaluate(
    `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
     document.dispatchEvent(new Event('visibilitychange'));`,
  );

scene(
  'a tab that nobody looks at keeps no connection, and is told on return what it missed',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
    },
  },
  async ({ page, house }) => {
    await page.getByText('No jobs yet').waitFor();
    const isStream = (request: Request) => request.url().includes('/events?');
    const over = page.waitForEvent('requestfailed', { predicate: isStream, timeout: 20_000 });
    await hide(page, true);
    await over;
    await house.world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'Made meanwhile' });
    const opened = page.waitForRequest(isStream);
    await hide(page, false);
    assert.match((await opened).url(), /[?&]after=\d/);
    await page.getByRole('row', { name: /Made meanwhile/ }).waitFor();
  },
);

scene(
  'a job that was removed elsewhere is not said to run',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'Gone soon' });
    },
    expected: /404/,
  },
  async ({ page, house }) => {
    await page.getByRole('link', { name: 'Gone soon' }).first().click();
    await page.getByText('It will run.').waitFor();
    await house.world.ask(jobsRemove, { job: 'Gone soon' });
    await page.getByRole('main').getByRole('alert').waitFor();
    assert.equal(await page.getByText('It will run.').count(), 0);
  },
);

scene(
  'while nobody can say whether jobs will run, no page says so',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'Errand' });
    },
    expected: /500/,
  },
  async ({ page, house }) => {
    await page.getByText('Jobs will run').filter({ visible: true }).waitFor();
    await page.getByRole('link', { name: 'Errand' }).first().click();
    await page.getByText('It will run.').waitFor();
    for (const path of ['status', 'jobs/*'])
      await page.route(`**/api/v1/${path}*`, (route) =>
        route.fulfill({ status: 500, json: { detail: 'The store is full.' } }),
      );
    await house.world.ask(jobsAdd, { when: 'every 1h', command: ['x'] });
    const banner = page.getByText(/Whether jobs will run is not known now.*The store is full\./);
    await banner.waitFor();
    await page.getByText('Not known', { exact: true }).filter({ visible: true }).waitFor();
    const old = page.getByText('What stands here may be old. The store is full.');
    await old.waitFor();
    await page.unrouteAll();
    await house.world.ask(jobsAdd, { when: 'every 1h', command: ['x'] });
    await banner.waitFor({ state: 'detached' });
    await old.waitFor({ state: 'detached' });
    await page.getByText('Jobs will run').filter({ visible: true }).waitFor();
  },
);

scene(
  'a link with more rights is spent in a session that has fewer, however it is opened',
  { scope: 'read', expected: /40[13]/ },
  async ({ page, house }) => {
    const { url } = house.door;
    await page.goto(`${url}/settings#link=${await house.grant({ kind: 'link' })}`);
    await page.getByRole('button', { name: 'New token' }).waitFor();
    assert.ok(!page.url().includes('link='));
    // Pasted into the same tab: only the part behind the "#" changes, and nothing is loaded.
    await page.goto(`${url}/settings#link=${await house.grant({ kind: 'link', scope: 'read' })}`);
    await page.getByText('Your session may not').waitFor();
    assert.ok(!page.url().includes('link='));
    await page.goto(`${url}/settings#link=spent-long-ago`);
    await page.getByRole('region', { name: 'Messages' }).getByText(/link/).waitFor();
  },
);

scene(
  'a session that was ended shows the way in, and a fresh link leads back',
  {
    expected: /401/,
  },
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/settings`);
    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.getByText('cronkeeper dashboard link').first().waitFor();
    const link = await house.grant({ kind: 'link' });
    await page.goto(`${house.door.url}/#link=${link}`);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    assert.ok(!page.url().includes(link));
  },
);

scene(
  'while nobody can say who is signed in the page does not say that nobody is',
  {
    expected: /503/,
  },
  async ({ page, house }) => {
    const { profiles } = house.world.store;
    const { list } = profiles;
    const fails: typeof list = async () => {
      throw new StoreUnavailable('store_unavailable', 'The store is locked.');
    };
    Object.assign(profiles, { list: fails });
    await page.reload();
    await page.getByText('Whether you are signed in is not known').waitFor();
    await page.getByText('The store is locked.').waitFor();
    assert.equal(await page.getByText('You are not signed in').count(), 0);
    Object.assign(profiles, { list });
    await page.getByRole('button', { name: 'Ask again' }).press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  },
);

scene(
  'a token is shown once, and is gone when it was revoked',
  {
    prepare: ({ world }) => withHolder(world),
  },
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/settings`);
    await page.getByRole('button', { name: 'New token' }).press('Enter');
    await page.getByRole('textbox', { name: 'Name' }).fill('agent seven');
    await page.getByRole('radio', { name: /^operate/ }).check();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'New token' });
    const token = await dialog.locator('code').first().innerText();
    const ask = () =>
      house.send('/api/v1/session', { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await ask()).status, 200);
    await page.getByRole('button', { name: 'I have it' }).press('Enter');
    await page.getByRole('button', { name: 'Revoke agent seven' }).press('Enter');
    await page.getByRole('button', { name: 'Revoke', exact: true }).press('Enter');
    await page.getByText('Revoked.').waitFor();
    assert.equal((await ask()).status, 401);
  },
);
