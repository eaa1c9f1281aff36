import assert from 'node:assert/strict';
import { chatSay } from '../../src/operations/chat.ts';
import { withHolder } from '../operations/world.ts';
import { stumbles } from './axe.ts';
import { play } from './play.ts';

const scene = play();

scene(
  'what is said by keyboard becomes a job, shown with its times and its readiness',
  { prepare: ({ world }) => withHolder(world), at: '/jobs' },
  async ({ page, house }) => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    const field = page.getByRole('textbox', { name: 'What would you like?' });
    await field.fill('every weekday at 9 remind me to <b>stretch</b>');
    await field.press('Enter');
    const log = page.getByRole('log', { name: 'Conversation' });
    const card = log.getByRole('region', { name: '<b>stretch</b>' });
    await card.getByText('It will run.').waitFor();
    assert.equal(
      await card.getByRole('list', { name: 'Next times' }).getByRole('listitem').count(),
      5,
    );
    assert.equal(await log.locator('b').count(), 0, 'text is only ever text');
    assert.equal(await field.inputValue(), '');
    const [job] = await house.world.store.jobs.list('default', { after: null, limit: 9 });
    assert.equal(job?.definition.name, '<b>stretch</b>');
  },
);

scene(
  'what is said elsewhere is seen here without a reload, and all of it after one',
  { prepare: ({ world }) => withHolder(world), at: '/chat' },
  async ({ page, house }) => {
    await page.getByText('Nothing was said yet').waitFor();
    await house.world.ask(chatSay, { text: 'pause everything' });
    await page.getByText(/one job at a time/).waitFor();
    await page.reload();
    await page.getByText(/one job at a time/).waitFor();
  },
);

scene(
  'who may only read sees the conversation and can say nothing',
  { prepare: ({ world }) => world.ask(chatSay, { text: 'help' }), at: '/chat', scope: 'read' },
  async ({ page, house }) => {
    await page.getByText('You can say:').waitFor();
    const before = await house.world.store.chat.newest('default');
    const field = page.getByRole('textbox', { name: 'What would you like?' });
    await field.fill('list');
    await field.press('Enter');
    await page.getByText('saying something takes the scope').waitFor();
    assert.equal(await house.world.store.chat.newest('default'), before);
  },
);

const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;
for (const { colorScheme, viewport } of looks)
  scene(
    `with nothing to run it the card and the banner say so, and nobody stumbles: ${colorScheme}, ${viewport.width} wide`,
    {
      prepare: async ({ world }) => {
        await world.ask(chatSay, { text: 'remind me in 20 seconds to stretch' });
        await world.ask(chatSay, { text: 'list' });
        await world.ask(chatSay, { text: 'pause nobody' });
      },
      colorScheme,
      viewport,
      bypassCSP: true,
      at: '/chat',
    },
    async ({ page }) => {
      await page.getByRole('alert').filter({ hasText: 'Nothing will run.' }).waitFor();
      await page.getByRole('log').getByText('It will not run.').first().waitFor();
      await page.getByText('NOTHING WILL RUN THIS').first().waitFor();
      const width = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      assert.equal(await page.evaluate(width), 0);
      assert.deepEqual(await stumbles(page), []);
    },
  );
