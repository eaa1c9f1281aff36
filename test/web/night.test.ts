import assert from 'node:assert/strict';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { play } from './play.ts';
import { liveIn } from './seed.ts';

const scene = play();
const lived = { prepare: ({ world }: { world: Parameters<typeof liveIn>[0] }) => liveIn(world) };

scene(
  'the first view says what became of the night, and what will become of the next hours',
  lived,
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/`);
    const behind = page.getByRole('region', { name: 'The last 12 hours' });
    await behind.getByText(/6 failed, 2 missed, 7 refused/).waitFor();
    await behind.getByRole('link', { name: /7\s*Refused/ }).press('Enter');
    await page.waitForURL(/became=refused/);
    await page.getByText('7 shown').waitFor();
    house.world.dead.add(812);
    await page.goto(`${house.door.url}/`);
    const ahead = page.getByRole('region', { name: 'The next 12 hours' });
    await ahead.getByText(/None of \d+ occurrences will run/).waitFor();
    await ahead.getByText('cronkeeper runner').first().waitFor();
  },
);

scene('a quiet place teaches what the first view is for', {}, async ({ page, house }) => {
  await page.goto(`${house.door.url}/`);
  await page.getByRole('heading', { name: 'A quiet place so far' }).waitFor();
  await page.getByRole('link', { name: 'Add the first job' }).waitFor();
});

scene(
  'missed and refused stand on the line, by name and by key',
  lived,
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/timeline`);
    await page.getByRole('link', { name: '2 missed' }).waitFor();
    const line = page.getByRole('list', { name: 'Photo import' });
    assert.ok((await line.getByRole('button', { name: /refused/ }).count()) > 0);
    const missed = page
      .getByRole('list', { name: 'Nightly backup' })
      .getByRole('button', { name: /missed/ });
    await missed.first().focus();
    await page.getByText(/^Nightly backup, .*missed/).waitFor();
    await page.keyboard.press('Home');
    const first = await page.evaluate('document.activeElement.dataset.place');
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await page.evaluate('document.activeElement.dataset.place'), first);
    await page.keyboard.press('ArrowDown');
    assert.match(String(await page.evaluate('document.activeElement.ariaLabel')), /:/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/(runs|jobs)/);
  },
);

scene(
  'the line can be read as tables, and its charts follow the theme',
  lived,
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/timeline?hours=72`);
    await page.getByText('The same as a table').press('Enter');
    const row = page.getByRole('row', { name: /Photo import/ });
    assert.match(await row.innerText(), /7 refused/);
    const chart = page.getByRole('img', { name: /^Duration: Half under 41/ });
    await chart.locator('canvas').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await chart.locator('canvas').waitFor();
    await page.getByText('The numbers as a table').press('Enter');
    await page.getByRole('table', { name: /Lateness and duration/ }).waitFor();
  },
);

scene('when nobody would run them, what is to come says so', {}, async ({ page, house }) => {
  await house.world.ask(jobsAdd, { when: 'every 6h', command: ['x'], name: 'rare' });
  await page.goto(`${house.door.url}/timeline`);
  await page.getByText('and nobody would run them').waitFor();
  const due = page.getByRole('list', { name: 'rare' }).getByRole('button');
  assert.match((await due.first().getAttribute('aria-label')) ?? '', /nobody would run it/);
});
