import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type House, openHouse } from '../http/house.ts';
import { launcher } from '../journeys/program.ts';

/** The page as it ships; that of a sabotaged copy when one is named. */
export const pageFolder = join(dirname(launcher), '../dist/web');

/** The real door with the real page, and a world in the hands of the test behind it. */
export const openStage = (): Promise<House> => openHouse({ pageFolder });

export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the policy of the page forbade, what broke in it, what its console complained of. */
  readonly complaints: string[];
};

/** Runs in the page, so it is text here. */
const tellViolations = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
});`;

/** Somebody who came in by a link. The clock of their browser stands at the world's. */
export async function visit(
  house: House,
  browser: Browser,
  options: BrowserContextOptions & {
    readonly scope?: 'read' | 'operate' | 'edit' | 'admin';
    /** The page that the link is opened with. */
    readonly at?: string;
  } = {},
): Promise<Visit> {
  const { scope = 'admin', at = '/', ...rest } = options;
  const context = await browser.newContext({
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    ...rest,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  await context.addInitScript(tellViolations);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.clock.setFixedTime(house.world.now());
  const link = await house.grant({ kind: 'link', scope });
  await page.goto(`${house.door.url}${at}#link=${link}`);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  complaints.length = 0;
  return { page, context, complaints };
}
