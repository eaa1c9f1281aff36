import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startDashboard } from '../journeys/dashboard.ts';
import { type Person, until } from '../journeys/program.ts';
import { journey, runsOf, statusWhen, willRun } from '../journeys/story.ts';
import { hindrance, openBrowser } from './browser.ts';

/** The page of the program as people start it: nothing made up. */

const browsers: Browser[] = [];
after(() => Promise.all(browsers.map((browser) => browser.close())));

const patience = { timeout: 20_000 };

/** A new browser that opens a fresh link. */
async function comeIn(person: Person): Promise<{ readonly browser: Browser; readonly page: Page }> {
  const browser = await openBrowser();
  browsers.push(browser);
  const page = await browser.newPage();
  page.setDefaultTimeout(patience.timeout);
  const { out } = await person.type(['dashboard', 'link']);
  const link = out.split(/\s/).find((word) => word.includes('#link=')) ?? '';
  await page.goto(link);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  assert.ok(!page.url().includes('link='), 'the code left the address');
  return { browser, page };
}

async function makeJob(page: Page, when: string, command: string): Promise<void> {
  await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
  await page.getByRole('link', { name: 'New job' }).first().click();
  await page.getByRole('textbox', { name: 'When should it run?' }).fill(when);
  await page.getByRole('textbox', { name: 'What should it run?' }).fill(command);
  await page.getByRole('textbox', { name: 'Name' }).fill('errand');
  await page.getByRole('button', { name: 'Save the job' }).click();
}

journey(
  'a job that was made in a browser runs although the browser was killed',
  async (person, t) => {
    if (hindrance !== null) return t.skip(hindrance);
    person.start(['runner']);
    await startDashboard(person);
    await statusWhen(person, 'jobs will run', willRun, 20_000);
    const { browser, page } = await comeIn(person);
    await makeJob(page, 'in 20s', 'echo done by the owner');
    await page.getByText('It will run.').first().waitFor();
    await browser.close();
    const [run] = await until(
      'it ran',
      async () => {
        const runs = await runsOf(person, 'errand');
        return runs.some((one) => one.at('state').value === 'ended') ? runs : undefined;
      },
      60_000,
    );
    assert.equal(run?.text('outcome'), 'succeeded');
    const again = await comeIn(person);
    await again.page.getByRole('link', { name: 'Inbox' }).first().click();
    await again.page.getByText('errand').first().waitFor();
  },
);

journey(
  'what was said in a chat is done although the browser was killed, and the answer is there on return',
  async (person, t) => {
    if (hindrance !== null) return t.skip(hindrance);
    person.start(['runner']);
    await startDashboard(person);
    await statusWhen(person, 'jobs will run', willRun, 20_000);
    const { browser, page } = await comeIn(person);
    await page.getByRole('link', { name: 'Chat' }).first().click();
    const field = page.getByRole('textbox', { name: 'What would you like?' });
    await field.fill('remind me in 20 seconds to stretch');
    await field.press('Enter');
    // A browser says that it sends before it does, and on a busy machine ends in between.
    const store = await person.openStore();
    await until('it was heard', async () => (await store.chat.newest('default')) > 0 || undefined);
    await store.close();
    // Whoever asked is gone before it could see an answer.
    await browser.close();
    const [run] = await until(
      'it ran',
      async () => {
        const { answer } = await person.ask(['list']);
        if (answer.list('jobs').length === 0) return undefined;
        const runs = await runsOf(person, 'stretch');
        return runs.some((one) => one.at('state').value === 'ended') ? runs : undefined;
      },
      60_000,
    );
    assert.equal(run?.text('outcome'), 'succeeded');
    const again = await comeIn(person);
    await again.page.getByRole('link', { name: 'Chat' }).first().click();
    await again.page.getByText('Added "stretch"').waitFor();
    await again.page.getByRole('region', { name: 'stretch' }).waitFor();
    await again.page.getByRole('link', { name: 'Inbox' }).first().click();
    await again.page.getByText('Reminder: stretch').first().waitFor();
  },
);

journey('with no owner everything says so, until one starts', async (person, t) => {
  if (hindrance !== null) return t.skip(hindrance);
  await startDashboard(person);
  const { page } = await comeIn(person);
  const banner = page.getByRole('alert').filter({ hasText: 'Nothing will run.' });
  await banner.waitFor();
  await makeJob(page, 'in 1h', 'true');
  await page.getByRole('heading', { name: 'errand' }).waitFor();
  await page.getByText('It will not run.').first().waitFor();
  const since = performance.now();
  person.start(['runner']);
  await banner.waitFor({ state: 'detached', timeout: 20_000 });
  t.diagnostic(
    `the banner went ${Math.round(performance.now() - since)} ms after the runner was typed`,
  );
  await page.getByText('It will run.').first().waitFor();
  await statusWhen(person, 'jobs will run', willRun, 0);
});
