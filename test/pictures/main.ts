/** `npm run pictures`: the pictures of the README, of the program as it runs. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { makeIds } from '../../src/adapters/host/ids.ts';
import { type Dashboard, startDashboard } from '../journeys/dashboard.ts';
import { Person } from '../journeys/program.ts';
import { addJob, ask, startOwner, statusWhen } from '../journeys/story.ts';
import { hindrance, openBrowser } from '../web/browser.ts';
import { jobs } from './jobs.ts';
import { asYesterday, writePast } from './past.ts';

const folder = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const size = { width: 1_280, height: 800 };

/** A home with jobs that have a past. */
async function furnish(person: Person): Promise<void> {
  const ids: string[] = [];
  for (const { name, when, line, options = [] } of jobs)
    ids.push(await addJob(person, [when, '--name', name, ...options, '--shell', line]));
  const store = await person.openStore();
  try {
    await asYesterday({ store, now: Date.now() }, async (fence) => {
      for (const [index, id] of ids.entries()) {
        const job = await store.jobs.get('default', id);
        if (job === null) throw new Error(`${id} is not there`);
        const about = { store, ids: makeIds(Date.now), fence, now: Date.now() };
        await writePast(about, job, jobs[index]?.past ?? '');
      }
    });
  } finally {
    await store.close();
  }
}

async function enter(browser: Browser, { link }: Dashboard, isDark: boolean): Promise<Page> {
  const context = await browser.newContext({
    viewport: size,
    deviceScaleFactor: 1.25,
    colorScheme: isDark ? 'dark' : 'light',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  return page;
}

/** Looks at a page when what it shows has come. */
async function take(page: Page, path: string, name: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await page.getByRole('heading').first().waitFor();
  await page.waitForLoadState('domcontentloaded');
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  process.stdout.write(`docs/pictures/${name}.png\n`);
}

async function takeAll(person: Person, browser: Browser): Promise<void> {
  await furnish(person);
  const runner = await startOwner(person, ['runner']);
  const dashboard = await startDashboard(person);
  for (let number = 0; number < 3; number += 1) await startDashboard(person, ['--desktop']);
  await statusWhen(person, 'all are there', (said) => said.list('instances').length === 5, 30_000);
  const light = await enter(browser, dashboard, false);
  await take(light, '/', 'today');
  await take(light, '/jobs', 'jobs');
  const links = await ask(person, ['dashboard', 'link', '--url', dashboard.url]);
  const dark = await enter(browser, { ...dashboard, link: links.text('links', 0) }, true);
  await take(dark, '/timeline', 'timeline');
  await runner.stop();
  await take(light, '/jobs', 'nothing-will-run');
}

async function main(): Promise<void> {
  if (hindrance !== null) throw new Error(hindrance);
  mkdirSync(folder, { recursive: true });
  const person = new Person();
  const browser = await openBrowser();
  try {
    await takeAll(person, browser);
  } finally {
    await browser.close();
    await person.leave();
  }
}

await main();
