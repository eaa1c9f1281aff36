import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { House } from '../http/house.ts';
import { hindrance, openBrowser } from './browser.ts';
import { openStage, type Visit, visit } from './stage.ts';

export type Scene = Visit & { readonly house: House; readonly browser: Browser };

type Options = Parameters<typeof visit>[2] & {
  /** What is there before somebody comes. */
  readonly prepare?: (house: House) => Promise<unknown>;
  /** Complaints of the browser that belong to the story: an answer that refuses is one. */
  readonly expected?: RegExp;
};

const deadlineMs = 10_000;

/** One browser for the tests of a file; each test has a house of its own. Without a browser each is skipped and says why. */
export function play(): (
  name: string,
  options: Options,
  story: (scene: Scene) => Promise<void>,
) => void {
  let browser: Browser | undefined;
  after(() => browser?.close());
  return (name, { prepare, expected, ...options }, story) => {
    void test(name, { skip: hindrance ?? false }, async () => {
      browser ??= await openBrowser();
      const house = await openStage();
      try {
        await prepare?.(house);
        const seen = await visit(house, browser, options);
        seen.page.setDefaultTimeout(deadlineMs);
        await story({ ...seen, house, browser });
        const unexpected = seen.complaints.filter((one) => expected?.test(one) !== true);
        assert.deepEqual(unexpected, [], 'the browser complained');
        await seen.context.close();
      } finally {
        await house.close();
      }
    });
  };
}
