import assert from 'node:assert/strict';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import type { World } from '../operations/world.ts';
import { withHolder } from '../operations/world.ts';
import { play } from './play.ts';
import { history } from './seed.ts';

const scene = play();

/** Three results and the alert of a failure, as the end of runs leaves them. */
async function receive(world: World): Promise<void> {
  const fence = await withHolder(world);
  const { job } = await world.ask(jobsAdd, {
    when: 'every 1h',
    command: ['x'],
    name: '<img src=x onerror=hit()>',
    deliver: ['inbox'],
    onFailure: ['inbox'],
  });
  const stored = await world.store.jobs.get('default', job.id);
  assert.ok(stored !== null);
  await history(world, fence, stored, 'sssf');
  for (const { id } of await world.store.runs.list('default', { limit: 10 }))
    world.output.set(id, new TextEncoder().encode('\u001b[32mgood\u001b[0m <b>news</b>\n'));
  assert.ok((await world.store.outbox.unread('default')) >= 4, 'nothing arrived');
}

scene(
  'what nobody has read waits, as text, and is read one by one or together',
  {
    prepare: ({ world }) => receive(world),
  },
  async ({ page, house }) => {
    let hits = 0;
    await page.exposeFunction('hit', () => {
      hits += 1;
    });
    const { outbox } = house.world.store;
    const main = page.getByRole('main');
    const before = await outbox.unread('default');
    await page.goto(`${house.door.url}/inbox`);
    await main.getByText(`${before} not read`, { exact: true }).waitFor();
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: `Inbox ${before} not read` }).waitFor();
    await page.getByText('<b>news</b>').first().waitFor();
    assert.equal(await page.locator('main :is(img, b)').count(), 0);
    // An alert comes first, however many results came after it.
    const alerts = page.getByRole('region', { name: 'Alerts' });
    await alerts.getByRole('button', { name: /^Mark .*failed.* as read$/ }).press('Enter');
    await main.getByText(`${before - 1} not read`, { exact: true }).waitFor();
    await main
      .getByRole('link', { name: /onerror/ })
      .first()
      .press('Enter');
    await page.waitForURL(/\/runs\//);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await main.getByText(`${before - 2} not read`, { exact: true }).waitFor();
    await main.getByText('1 earlier result', { exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Mark all as read' }).press('Enter');
    await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
    assert.equal(await outbox.unread('default'), 0);
    await page.getByRole('link', { name: 'Show what was read' }).press('Enter');
    await page.getByText('<b>news</b>').first().waitFor();
    assert.equal(hits, 0);
  },
);
